/**
 * The program `openvpn3-service-client` as it is installed: a script that starts Node by its absolute path, for it is run
 * with an empty environment. Its starter waits for it, so a plain start goes to the background before Node begins; only
 * calls with options are left to Node. A bundle without a folder lies beside the script. `options` come before those that it
 * is called with.
 */
export function launcher(node: string, bundle: string, options: readonly string[] = []): string {
  const file = bundle.startsWith('/') ? quoted(bundle) : `"\${0%/*}"/${quoted(bundle)}`;
  // SIGUSR1 would open a debugger, for everybody on this host.
  const program = [quoted(node), '--disable-sigusr1', file, ...options.map(quoted)].join(' ');
  return `#!/bin/sh
case $#,$1 in
1,-*) ;;
1,?*) exec /usr/bin/setsid --fork ${program} --no-daemonize "$1" </dev/null ;;
esac
exec ${program} "$@"
`;
}

/** As one word of the shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
