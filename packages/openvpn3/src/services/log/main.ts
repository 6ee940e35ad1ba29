import { runServiceProgram } from '../host/service-program.ts';
import { parseLogInvocation, usage } from './options.ts';
import { serveLog } from './serve-log.ts';

/** Runs the program, and gives its exit code. */
export const main = (args: readonly string[]): Promise<number> =>
  runServiceProgram('log', usage, parseLogInvocation(args), ({ options, given }) => serveLog(options, given));
