import { parseServiceInvocation, serviceUsage } from '../host/options.ts';
import { runServiceProgram } from '../host/service-program.ts';
import { serveSessions } from './serve-sessions.ts';

const usage = `Usage: ovpnkit service session-manager [OPTIONS]

The session manager of OpenVPN 3, net.openvpn.v3.sessions on the system bus: what front ends start and control VPN
sessions with. Sessions go on when it ends, and the next one takes them over.

${serviceUsage}`;

/** Runs the program, and gives its exit code. */
export const main = (args: readonly string[]): Promise<number> =>
  runServiceProgram('session-manager', usage, parseServiceInvocation(args), ({ options }) =>
    serveSessions(options),
  );
