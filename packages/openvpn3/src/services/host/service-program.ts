import { version } from '../../version.ts';
import type { ServiceInvocation } from './options.ts';

/**
 * Above those that a bus takes for the fault of its own launcher when a service that it started ends with them.
 */
const FAILED = 12;
const REFUSED = 2;

/** Does what the command line of a service says, and gives the exit code. `name` is that of `ovpnkit service`. */
export async function runServiceProgram<Run extends { readonly type: 'run' }>(
  name: string,
  usage: string,
  invocation: Exclude<ServiceInvocation, { type: 'run' }> | Run,
  serve: (run: Run) => Promise<void>,
): Promise<number> {
  const complain = (text: string, code: number): number => {
    process.stderr.write(`ovpnkit: service ${name}: ${text}\n`);
    return code;
  };
  switch (invocation.type) {
    case 'help':
      process.stdout.write(usage);
      return 0;
    case 'version':
      process.stdout.write(`ovpnkit service ${name} ${version}\n`);
      return 0;
    case 'refused':
      return complain(oneSentence(invocation.text), REFUSED);
    case 'run':
      try {
        await serve(invocation);
        return 0;
      } catch (error) {
        return complain(error instanceof Error ? error.message : String(error), FAILED);
      }
  }
}

/** What Node says of a command line is several sentences, the first of which says it. */
const oneSentence = (text: string): string => text.replace(/\. .*$/s, '');
