/**
 * The program `openvpn3-service-client` as it is installed: a script that starts Node by its absolute path, for it is run
 * with an empty environment. Its starter waits for it, so a plain start goes to the background before Node begins; only
 * calls with options are left to Node. `bundle` lies beside the script.
 */
export const launcher = (node: string, bundle: string): string => `#!/bin/sh
here=\${0%/*}
case $#,$1 in
1,-*) ;;
1,?*) exec /usr/bin/setsid --fork '${quoted(node)}' "$here/${bundle}" --no-daemonize "$1" </dev/null ;;
esac
exec '${quoted(node)}' "$here/${bundle}" "$@"
`;

/** Within single quotes of the shell. */
const quoted = (text: string): string => text.replaceAll("'", "'\\''");
