import { parseServiceInvocation, serviceUsage } from '../host/options.ts';
import { runServiceProgram } from '../host/service-program.ts';
import { serveNetcfg } from './serve-netcfg.ts';

const usage = `Usage: ovpnkit service netcfg [OPTIONS]

The network configuration service of OpenVPN 3, net.openvpn.v3.netcfg on the system bus: tells of the devices of running
tunnels, with their addresses, routes and DNS, and hands the DNS to systemd-resolved.

${serviceUsage}`;

/** Runs the program, and gives its exit code. */
export const main = (args: readonly string[]): Promise<number> =>
  runServiceProgram('netcfg', usage, parseServiceInvocation(args), ({ options }) => serveNetcfg(options));
