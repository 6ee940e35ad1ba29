import { type Implementation, implement } from '@ovpnkit/dbus';
import { SessionManager } from '../../contract/sessions.ts';
import { API_VERSION } from '../host/api-version.ts';
import { denied, refused } from '../host/refusals.ts';
import type { LiveSession } from './live-session.ts';
import type { Sessions } from './sessions.ts';
import { userName } from './user-name.ts';

/** The members of net.openvpn.v3.sessions on the main object. Whom they show what is decided here. */
export function implementManager(sessions: Sessions): Implementation {
  /** Sessions with their devices; empty for those without one. */
  async function devices(uid: number | undefined): Promise<{ session: LiveSession; device: string }[]> {
    const reads = sessions.of(uid).map(async session => {
      const read = session.read('', (backend, options) => backend.get('device_name', options));
      // One that does not answer is about to end.
      return { session, device: await read.catch(() => undefined) };
    });
    return (await Promise.all(reads)).flatMap(({ session, device }) =>
      device === undefined ? [] : [{ session, device }],
    );
  }

  return implement(SessionManager, {
    methods: {
      NewTunnel([configPath], access) {
        const { uid } = access.caller;
        if (uid === undefined) throw denied(access);
        return sessions.start(configPath, uid);
      },
      FetchAvailableSessions: (_, { caller }) => sessions.of(caller.uid).map(({ record }) => record.path),
      FetchManagedInterfaces: async (_, { caller }) =>
        (await devices(caller.uid)).map(({ device }) => device),
      LookupConfigName: ([name], { caller }) =>
        sessions
          .of(caller.uid)
          .filter(({ record }) => record.configName === name)
          .map(({ record }) => record.path),
      async LookupInterface([name], { caller }) {
        const found = (await devices(caller.uid)).filter(({ device }) => device !== '' && device === name);
        const [first] = found;
        if (first === undefined) throw refused('Interface not found');
        if (found.length > 1) throw refused('More than one interface found');
        return first.session.record.path;
      },
      TransferOwnership([path, uid]) {
        const session = sessions.get(path);
        if (session === undefined) throw refused(`There is no session ${path}`);
        const before = session.record.owner;
        session.update({ owner: uid, acl: session.record.acl.filter(each => each !== uid) });
        session.log('INFO', `Ownership changed from ${userName(before)} to ${userName(uid)} on ${path}`);
      },
    },
    properties: { version: { get: () => API_VERSION } },
  });
}
