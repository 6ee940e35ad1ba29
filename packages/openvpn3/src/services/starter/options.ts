import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  type ServiceInvocation,
  serviceArguments,
  serviceInvocation,
  serviceUsage,
} from '../host/options.ts';
import type { ClientProgram } from './client-program.ts';

export type StarterInvocation =
  | Exclude<ServiceInvocation, { type: 'run' }>
  | (Extract<ServiceInvocation, { type: 'run' }> & { readonly program: ClientProgram });

export const usage = `Usage: ovpnkit service backend-starter [OPTIONS] [-- OPTIONS OF THE CLIENT]

The backend starter of OpenVPN 3, net.openvpn.v3.backends on the system bus: it starts a backend VPN client process for
each session, and keeps one ready. Started as root, it keeps CAP_NET_ADMIN alone, for the openvpn daemons to come.

  --client-binary PATH        the program to start (default: openvpn3-service-client of this package)
  --openvpn PATH              the openvpn program, which the client is told (default: as the client finds it)
${serviceUsage}`;

/** Reads the command line, and does nothing else. */
export function parseStarterInvocation(args: readonly string[]): StarterInvocation {
  const end = args.indexOf('--');
  const [own, options] = end < 0 ? [args, []] : [args.slice(0, end), args.slice(end + 1)];
  try {
    const { values } = parseArgs({
      args: [...own],
      options: { ...serviceArguments, 'client-binary': { type: 'string' }, openvpn: { type: 'string' } },
    });
    const invocation = serviceInvocation(values);
    if (invocation.type !== 'run') return invocation;
    const { 'client-binary': path, openvpn } = values;
    for (const [name, value] of Object.entries({ 'client-binary': path, openvpn }))
      if (value !== undefined && !value.startsWith('/'))
        return { type: 'refused', text: `--${name} ${value} is no absolute path; name the program in full` };
    const all = openvpn === undefined ? options : ['--openvpn', openvpn, ...options];
    return { ...invocation, program: path === undefined ? ownClient(all) : foreignClient(path, all) };
  } catch (error) {
    return { type: 'refused', text: error instanceof Error ? error.message : String(error) };
  }
}

const foreignClient = (path: string, options: readonly string[]): ClientProgram => ({
  start: [path, ...options],
  warm: [path, ...options, '--warm'],
});

/** The bundle of this package, run by the Node.js that runs us: nobody tells a backend a PATH. */
function ownClient(options: readonly string[]): ClientProgram {
  const bundle = fileURLToPath(new URL('../../../dist/service-client.cjs', import.meta.url));
  // SIGUSR1 would open a debugger, for everybody on this host.
  const node = [process.execPath, '--disable-sigusr1', bundle] as const;
  return {
    start: ['/usr/bin/setsid', '--fork', ...node, '--no-daemonize', ...options],
    warm: [...node, ...options, '--warm'],
  };
}
