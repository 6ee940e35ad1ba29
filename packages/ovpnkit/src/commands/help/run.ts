import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { unknownCommand } from '../../cli/unknown-command.ts';
import { commandHelp } from '../../help/command-help.ts';
import { programHelp } from '../../help/program-help.ts';
import { allCommands } from '../all-commands.ts';

/** `ovpnkit help`. */
export async function runHelp({ print }: Context, [name]: readonly string[]): Promise<Outcome> {
  const command = allCommands.find(each => each.name === name);
  if (name !== undefined && command === undefined) throw unknownCommand(name, allCommands);
  print((command ? commandHelp(command) : programHelp(allCommands)).trimEnd());
  return 'ok';
}
