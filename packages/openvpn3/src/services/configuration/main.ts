import { parseServiceInvocation, serviceUsage } from '../host/options.ts';
import { runServiceProgram } from '../host/service-program.ts';
import { serveConfiguration } from './serve-configuration.ts';

const usage = `Usage: ovpnkit service configuration-manager [OPTIONS]

The configuration manager of OpenVPN 3, net.openvpn.v3.configuration on the system bus: keeps the profiles that front
ends import, and gives them to whom their owners let have them.

${serviceUsage}`;

/** Runs the program, and gives its exit code. */
export const main = (args: readonly string[]): Promise<number> =>
  runServiceProgram('configuration-manager', usage, parseServiceInvocation(args), ({ options }) =>
    serveConfiguration(options),
  );
