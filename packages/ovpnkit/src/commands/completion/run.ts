import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { bashCompletion } from '../../completion/bash.ts';
import { fishCompletion } from '../../completion/fish.ts';
import type { Looked } from '../../completion/look-up.ts';
import { zshCompletion } from '../../completion/zsh.ts';
import { allCommands } from '../all-commands.ts';

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** `ovpnkit completion`. What is looked up fails without a word: a shell would print it into the line. */
export async function runCompletion(
  { print }: Context,
  { list }: { readonly list: Looked | undefined },
  [shell]: readonly string[],
): Promise<Outcome> {
  if (list !== undefined) {
    const { lookUp } = await import('../../completion/look-up.ts');
    const names = await lookUp(list);
    if (names.length > 0) print(names.join('\n'));
    return 'ok';
  }
  const known = Object.entries(shells).find(([name]) => name === shell);
  if (known === undefined) {
    throw new UsageError(
      shell === undefined
        ? 'say for which shell: bash, zsh or fish'
        : `there is no script for '${shell}'; take bash, zsh or fish`,
    );
  }
  const [, script] = known;
  print(script(allCommands).trimEnd());
  return 'ok';
}
