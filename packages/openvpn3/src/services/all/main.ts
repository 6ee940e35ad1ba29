import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { STATE_DIRECTORY } from '../../share/installation.ts';
import { serveConfiguration } from '../configuration/serve-configuration.ts';
import { type ServiceOptions, serviceUsage } from '../host/options.ts';
import { primaryGroup } from '../host/primary-group.ts';
import { runServiceProgram } from '../host/service-program.ts';
import { userId } from '../host/user-id.ts';
import { serveLog } from '../log/serve-log.ts';
import { serveNetcfg } from '../netcfg/serve-netcfg.ts';
import { serveSessions } from '../sessions/serve-sessions.ts';
import { keepNetAdmin } from '../starter/keep-net-admin.ts';
import { parseStarterInvocation } from '../starter/options.ts';
import { serveStarter } from '../starter/serve-starter.ts';

const usage = `Usage: ovpnkit service all [OPTIONS] [-- OPTIONS OF THE CLIENT]

The log service, the configuration manager, the backend starter, the session manager and the network configuration service
of OpenVPN 3 in one process. It runs until it is told to end; tunnels go on then.

  --client-binary PATH        the backend program (default: openvpn3-service-client of this package)
  --openvpn PATH              the openvpn program, which the client is told (default: as the client finds it)
${serviceUsage}`;

/** Root makes the usual folder for those who cannot. */
async function makeStateFolder({ stateDir, user }: ServiceOptions): Promise<void> {
  if (stateDir !== undefined || process.getuid?.() !== 0 || existsSync(STATE_DIRECTORY)) return;
  mkdirSync(STATE_DIRECTORY, { recursive: true, mode: 0o750 });
  const uid = await userId(user);
  if (uid !== undefined) chownSync(STATE_DIRECTORY, uid, primaryGroup(user));
}

/** Runs all services until they are told to end, and gives the exit code. Idle services stay. */
export const main = (args: readonly string[]): Promise<number> =>
  runServiceProgram('all', usage, parseStarterInvocation(args), async ({ options, program }) => {
    await makeStateFolder(options);
    keepNetAdmin(options.user);
    const { stateDir } = options;
    const all = { ...options, idleExit: 0 };
    const configurations = stateDir === undefined ? all : { ...all, stateDir: join(stateDir, 'configs') };
    // Each has a connection and a name of its own, and ends at the same signal.
    await Promise.all([
      serveLog(all, {}),
      serveConfiguration(configurations),
      serveStarter(all, program),
      serveSessions(all),
      serveNetcfg(all),
    ]);
  });
