import type { Command } from './command.ts';
import { nearNames, suggestion } from './near-names.ts';
import { UsageError } from './usage-error.ts';

/** Says that there is no such command, and which may have been meant. */
export function unknownCommand(name: string, commands: readonly Command[]): UsageError {
  const names = nearNames(
    name,
    commands.map(command => command.name),
  );
  const near = names.length > 0 ? names : doing(name, commands);
  return new UsageError(
    `unknown command '${name}'${near.length > 0 ? suggestion(near) : '; `ovpnkit help` lists them all'}`,
  );
}

/** The commands that say of themselves that they do it: `connect` and `install` are words, and no names. */
function doing(word: string, commands: readonly Command[]): string[] {
  const wanted = word.toLowerCase();
  const says = ({ summary }: Command): boolean =>
    summary
      .toLowerCase()
      .split(/[^a-z]+/)
      .includes(wanted);
  return wanted.length < 4 ? [] : commands.filter(says).map(({ name }) => name);
}
