import { fileURLToPath } from 'node:url';

/** The script of this command, for the processes that are run from it. */
export const script = fileURLToPath(new URL('../../bin/ovpnkit.js', import.meta.url));
