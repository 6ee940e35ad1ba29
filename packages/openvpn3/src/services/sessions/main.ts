import { version } from '../../version.ts';
import { parseServiceInvocation, serviceUsage } from '../host/options.ts';
import { serveSessions } from './serve-sessions.ts';

const usage = `Usage: openvpn3-service-sessionmgr [OPTIONS]

The session manager of OpenVPN 3, net.openvpn.v3.sessions on the system bus: what front ends start and control VPN
sessions with. Sessions go on when it ends, and the next one takes them over.

${serviceUsage}`;

/** Runs the program, and gives its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const invocation = parseServiceInvocation(args);
  switch (invocation.type) {
    case 'help':
      process.stdout.write(usage);
      return 0;
    case 'version':
      process.stdout.write(`openvpn3-service-sessionmgr (ovpnkit) ${version}\n`);
      return 0;
    case 'refused':
      process.stderr.write(`openvpn3-service-sessionmgr: ${invocation.text}\n`);
      return 2;
    case 'run':
      break;
  }
  try {
    await serveSessions(invocation.options);
    return 0;
  } catch (error) {
    process.stderr.write(
      `openvpn3-service-sessionmgr: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return 2;
  }
}
