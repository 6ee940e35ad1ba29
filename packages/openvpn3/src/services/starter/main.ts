import { runServiceProgram } from '../host/service-program.ts';
import { keepNetAdmin } from './keep-net-admin.ts';
import { parseStarterInvocation, usage } from './options.ts';

/** Runs the program, and gives its exit code. */
export const main = (args: readonly string[]): Promise<number> =>
  runServiceProgram('backend-starter', usage, parseStarterInvocation(args), async ({ options, program }) => {
    keepNetAdmin(options.user);
    // As root, nothing is loaded that is not needed to be root no longer.
    const { serveStarter } = await import('./serve-starter.ts');
    await serveStarter(options, program);
  });
