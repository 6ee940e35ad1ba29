import { debuglog } from 'node:util';
import { allCommands } from '../commands/all-commands.ts';
import { printable } from '../output/printable.ts';
import { createContext } from './context.ts';
import { outcomeOf } from './failure.ts';
import { watchInterruptions } from './interruption.ts';
import { type Outcome, outcomes } from './outcome.ts';
import { type Invocation, parseCommandLine } from './program.ts';
import { UsageError } from './usage-error.ts';
import { readVersion } from './version.ts';

/** `NODE_DEBUG=ovpnkit` shows where an error came from. */
const debug = debuglog('ovpnkit');

/** Runs the program with these arguments (without `node` and its own name); resolves with its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const signal = watchInterruptions();
  const asked = readCommandLine(args);
  const outcome = typeof asked === 'string' ? asked : await run(asked, signal);
  // A command cannot tell that what it printed was not written.
  const lost = outcome === 'ok' && signal.aborted && outcomeOf(signal.reason) === 'failed';
  return outcomes[lost ? 'failed' : outcome];
}

function readCommandLine(args: readonly string[]): Invocation | Outcome {
  try {
    return parseCommandLine(allCommands, args, readVersion()) ?? 'usage';
  } catch (error) {
    if (error instanceof UsageError) return complain(error);
    // Commander has printed the help that was asked for, or what is wrong.
    if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 'ok' : 'usage';
    throw error;
  }
}

/** Every error is one line. */
function complain(error: unknown): Outcome {
  process.stderr.write(`ovpnkit: ${printable(error instanceof Error ? error.message : String(error))}\n`);
  return outcomeOf(error);
}

async function run({ command, global, options, args }: Invocation, signal: AbortSignal): Promise<Outcome> {
  const context = createContext(global, signal);
  try {
    return await command.run(context, options, args);
  } catch (error) {
    debug('%O', error);
    // What fails after the end was asked for fails because of it.
    if (signal.aborted) return outcomeOf(signal.reason);
    return complain(error);
  } finally {
    await context.close();
  }
}
