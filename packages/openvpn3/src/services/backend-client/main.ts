import { spawn } from 'node:child_process';
import { version } from '../../version.ts';
import { parseInvocation, usage } from './options.ts';
import { readToken } from './read-token.ts';
import { connectBackend, serveBackend } from './serve-backend.ts';

/** What the deployed program ends with. */
const exitCodes = { ok: 0, arguments: 1, 'unknown-option': 2, fork: 3 } as const;
/** Says to our second self that it is in the background. */
const IN_BACKGROUND = '--no-daemonize';

/** Runs the program, and gives its exit code. In the background it always is 0, as nobody waits for it. */
export async function main(args: readonly string[]): Promise<number> {
  const invocation = parseInvocation(args);
  switch (invocation.type) {
    case 'help':
      process.stdout.write(usage);
      return exitCodes.ok;
    case 'version':
      process.stdout.write(`openvpn3-service-client (ovpnkit) ${version}\n`);
      return exitCodes.ok;
    case 'refused':
      process.stderr.write(`openvpn3-service-client: ${invocation.text}\n`);
      return exitCodes[invocation.reason];
    case 'run':
      if (invocation.options.daemonize) return daemonize(args);
      break;
    case 'warm':
      break;
  }
  try {
    const bus = await connectBackend();
    if (invocation.type === 'run') {
      await serveBackend(bus, invocation.options);
    } else {
      const token = await Promise.race([readToken(process.stdin), bus.closed.then(() => undefined)]);
      if (token !== undefined) {
        process.title = `openvpn3-service-client ${token}`; // as it looks when it is started with its token
        await serveBackend(bus, { ...invocation.options, token });
      }
    }
  } catch (error) {
    process.stderr.write(
      `openvpn3-service-client: ${error instanceof Error ? error.message : String(error)}\n`,
    );
  }
  return exitCodes.ok;
}

/** Begins again as the leader of a session of its own, and does not wait for it. */
function daemonize(args: readonly string[]): number {
  const [, program = ''] = process.argv;
  // SIGUSR1 would open a debugger, for everybody on this host.
  const flags = new Set([...process.execArgv, '--disable-sigusr1']);
  const command = [...flags, program, IN_BACKGROUND, ...args];
  const child = spawn(process.execPath, command, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
  child.unref();
  return child.pid === undefined ? exitCodes.fork : exitCodes.ok;
}
