import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openvpnProgram } from '@ovpnkit/management/daemon';
import { installation, type ServiceName, serviceNames } from '@ovpnkit/openvpn3/share';
import type { Context } from '../../../cli/context.ts';
import type { Outcome } from '../../../cli/outcome.ts';
import { script } from '../../../cli/script.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { install, uninstall } from './install.ts';
import { runningTunnels } from './running-tunnels.ts';
import { whyUnsafe } from './why-unsafe.ts';

export type ServiceCommandOptions = {
  readonly prefix: string;
  readonly user: string;
  /** What `install` records. */
  readonly openvpn: string | undefined;
  readonly dryRun: boolean;
};

/** Installs or removes the services. Those themselves are run without the parser of the program. */
export async function runService(
  context: Context,
  { prefix, user, openvpn, dryRun }: ServiceCommandOptions,
  [action = '']: readonly string[],
): Promise<Outcome> {
  if (action !== 'install' && action !== 'uninstall') {
    const names = [...serviceNames, 'all', 'install', 'uninstall'].join(', ');
    throw new UsageError(`there is no service '${action}'; the names are ${names}`);
  }
  if (!prefix.startsWith('/')) throw new UsageError(`--prefix ${prefix} is no absolute path`);
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user)) throw new UsageError(`--user ${user} is no name of a user`);
  if (process.getuid?.() !== 0 && prefix === '/' && !dryRun) {
    throw new Error(`Only root can ${action} system services; use sudo, or look first with --dry-run`);
  }
  const openvpn3 = dirname(createRequire(import.meta.url).resolve('@ovpnkit/openvpn3/package.json'));
  // One that nobody has named is looked for when a tunnel begins: it may be installed later.
  const isNamed =
    action === 'install' && (openvpn ?? (process.env.OVPNKIT_OPENVPN || undefined)) !== undefined;
  const program = isNamed ? openvpnProgram(openvpn) : undefined;
  const files = installation({
    user,
    openvpn: program,
    node: process.execPath,
    program: script,
    client: join(openvpn3, 'dist', 'service-client.cjs'),
    services: installed,
  });
  if (action === 'install') {
    const problems = whyUnsafe([
      ...[process.execPath, join(openvpn3, 'dist', 'service-client.cjs')],
      ...(program === undefined ? [] : [program]),
    ]);
    if (problems.length > 0 && prefix === '/')
      throw new Error(
        `${problems.join('; ')}; put ovpnkit where only root writes and everybody reads, such as /opt`,
      );
    for (const problem of problems) context.print(`warning: ${problem}`);
  }
  // Nobody could end them any more through the bus.
  const running = action === 'uninstall' && prefix === '/' ? await runningTunnels() : [];
  if (running.length > 0)
    throw new Error(
      `There are sessions (${running.join(', ')}); end them first: ovpnkit sessions-list, and session-manage --disconnect`,
    );
  const steps = { files, prefix, user, dryRun, print: context.print };
  await (action === 'install' ? install(steps) : uninstall(steps));
  return 'ok';
}

const installed: readonly ServiceName[] = [
  'log',
  'configuration-manager',
  'backend-starter',
  'session-manager',
  'netcfg',
];
