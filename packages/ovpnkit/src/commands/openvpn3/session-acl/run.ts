import { formatJson } from '@ovpnkit/management';
import type { Session } from '@ovpnkit/openvpn3';
import type { Context } from '../../../cli/context.ts';
import type { Outcome } from '../../../cli/outcome.ts';
import {
  type AccessChanges,
  changeAccess,
  formatGranted,
  formatUser,
} from '../../../openvpn3/change-access.ts';
import { chooseSession, namedSession, type SessionTarget } from '../../../openvpn3/choose-target.ts';
import { runFrontEnd } from '../../../openvpn3/front-end.ts';

type AclOptions = SessionTarget &
  AccessChanges & {
    readonly show: boolean;
    readonly publicAccess: boolean | undefined;
    readonly allowLogAccess: boolean | undefined;
    readonly json: boolean;
  };

/** `ovpnkit session-acl`. */
export function runSessionAcl(context: Context, options: AclOptions): Promise<Outcome> {
  const named = namedSession(options);
  return runFrontEnd(context, 'session-acl', async frontEnd => {
    const { publicAccess, allowLogAccess, json } = options;
    const session = await chooseSession(frontEnd.sessions, named);
    const print = json ? () => {} : frontEnd.print;
    const outcome = await changeAccess(print, session, options);
    if (publicAccess !== undefined) {
      await session.set('public_access', publicAccess);
      print(`Session is now accessible by ${publicAccess ? 'everyone' : 'specific users only'}`);
    }
    if (allowLogAccess !== undefined) {
      await session.set('restrict_log_access', !allowLogAccess);
      print(`Session log is now accessible by ${allowLogAccess ? 'users granted access' : 'the owner only'}`);
    }
    if (json) frontEnd.print(formatJson(await readAcl(session), 2));
    else if (options.show) print((await formatAcl(session)).join('\n'));
    return outcome;
  });
}

async function readAcl(session: Session) {
  const { owner, public_access, restrict_log_access, acl } = await session.properties();
  return { path: session.path, owner, public_access, restrict_log_access, acl };
}

async function formatAcl(session: Session): Promise<string[]> {
  const { owner, public_access, restrict_log_access, acl } = await readAcl(session);
  const row = (label: string, value: string) => `${label.padStart(WIDTH)}: ${value}`;
  return [
    row('Owner', owner === undefined ? '' : await formatUser(owner)),
    row('Public access', public_access ? 'yes' : 'no'),
    row('Users granted log access', restrict_log_access === false ? 'yes' : 'no'),
    ...(public_access ? [] : await formatGranted(acl ?? [], WIDTH)),
  ];
}

const WIDTH = 25;
