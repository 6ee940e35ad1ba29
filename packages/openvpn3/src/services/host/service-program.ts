import { version } from '../../version.ts';
import type { ServiceInvocation } from './options.ts';

/** Does what the command line of a service says, and gives the exit code; that of the deployed programs. */
export async function runServiceProgram<Run extends { readonly type: 'run' }>(
  file: string,
  usage: string,
  invocation: Exclude<ServiceInvocation, { type: 'run' }> | Run,
  serve: (run: Run) => Promise<void>,
): Promise<number> {
  const complain = (text: string): number => {
    process.stderr.write(`${file}: ${text}\n`);
    return 2;
  };
  switch (invocation.type) {
    case 'help':
      process.stdout.write(usage);
      return 0;
    case 'version':
      process.stdout.write(`${file} (ovpnkit) ${version}\n`);
      return 0;
    case 'refused':
      return complain(invocation.text);
    case 'run':
      try {
        await serve(invocation);
        return 0;
      } catch (error) {
        return complain(error instanceof Error ? error.message : String(error));
      }
  }
}
