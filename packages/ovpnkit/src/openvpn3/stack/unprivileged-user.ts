import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { environment } from '@ovpnkit/lab';
import { addUser, identify } from './service-user.ts';

/** As installed services have it. Users that other programs run as, such as nobody, could call the services' insides. */
const NAME = 'openvpn';

/**
 * The user of the services, and of the daemons that they start; it is made when it is missing. Throws when this process
 * cannot become somebody else, or that user can do nothing here.
 */
export function unprivilegedUser(): { readonly name: string; readonly uid: number; readonly gid: number } {
  if (process.getuid?.() !== 0)
    throw new Error('the services run as a user of their own, which only root can start; use sudo');
  if ((statSync('/dev/net/tun').mode & 0o006) !== 0o006)
    throw new Error(
      'only root may open /dev/net/tun here; let everybody (chmod 0666 /dev/net/tun), as distributions do',
    );
  if (!identify(NAME)) addUser(NAME);
  const ids = identify(NAME);
  if (!ids) throw new Error(`there is no user ${NAME}; make one`);
  const become = [`--reuid=${ids.uid}`, `--regid=${ids.gid}`, '--clear-groups'];
  if (spawnSync('setpriv', [...become, process.execPath, '--version'], { env: environment() }).status !== 0)
    throw new Error(
      `the user ${NAME} may not run ${process.execPath}; put this folder where everybody may read it`,
    );
  return { name: NAME, ...ids };
}
