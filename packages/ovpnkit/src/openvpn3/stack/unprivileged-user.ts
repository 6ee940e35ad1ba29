import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { environment } from '../../lab/program.ts';

/** The services' own, where they were installed once; otherwise one that every system has. */
const names = ['openvpn', 'nobody'];

/**
 * A user without rights for the services, and for the daemons that they start. Throws when this process cannot become
 * somebody else, or that user can do nothing here.
 */
export function unprivilegedUser(): { readonly name: string; readonly uid: number; readonly gid: number } {
  if (process.getuid?.() !== 0)
    throw new Error('the services run as a user of their own, which only root can start; use sudo');
  const name = names.find(each => ask('id', ['-u', each]) !== '');
  const [uid, gid] = ['-u', '-g'].map(flag => Number(ask('id', [flag, name ?? ''])));
  if (name === undefined || !uid || !gid)
    throw new Error(`there is no user ${names.join(' or ')} here; make one`);
  if ((statSync('/dev/net/tun').mode & 0o006) !== 0o006)
    throw new Error(
      'only root may open /dev/net/tun here; let everybody (chmod 0666 /dev/net/tun), as distributions do',
    );
  const program = process.execPath;
  const readable = ask('setpriv', [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    program,
    '--version',
  ]);
  if (readable === '')
    throw new Error(`the user ${name} may not run ${program}; put this folder where everybody may read it`);
  return { name, uid, gid };
}

const ask = (program: string, args: readonly string[]): string =>
  spawnSync(program, args, { encoding: 'utf8', env: environment() }).stdout?.trim() ?? '';
