import { join } from 'node:path';
import type { Access } from '@ovpnkit/dbus';
import { SESSIONS, SESSIONS_PATH } from '../../contract/names.ts';
import type { ServiceOptions } from '../host/options.ts';
import { denied } from '../host/refusals.ts';
import { serveService } from '../host/service-host.ts';
import { allowsSession } from './access.ts';
import { findSurvivor } from './adoption.ts';
import { createCallTurns } from './call-turns.ts';
import type { LiveSession } from './live-session.ts';
import { implementManager } from './manager-object.ts';
import { createRefusalLog, type RefusalLog } from './refusal-log.ts';
import type { SessionRecord } from './session-record.ts';
import { openSessionStore } from './session-store.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { userName } from './user-name.ts';

const IDLE_MS = 180_000;
/** A bus lets one connection wait for 128 answers, and refuses more. */
const ASKED_AT_ONCE = 32;
const STATE_DIR = '/var/lib/openvpn3';

/**
 * Runs the session manager until it has had nothing to do for a while, or is told to end. Its sessions go on without
 * it, and the next one takes them over. Rejects when it cannot begin.
 */
export function serveSessions(options: ServiceOptions): Promise<void> {
  return serveService(options, {
    name: SESSIONS,
    path: SESSIONS_PATH,
    title: 'OpenVPN 3 Session Manager',
    logGroup: 'SESSIONMGR',
    idleMs: IDLE_MS,
    async start(host) {
      const { bus, server } = host;
      const folder = join(options.stateDir ?? STATE_DIR, 'sessions');
      const store = openSessionStore(folder, text => host.log('ERROR', text));
      const sessions = await createSessions(host, store);
      const lost: SessionRecord[] = [];
      const adopted: LiveSession[] = [];
      const inTurn = createCallTurns(ASKED_AT_ONCE);
      const known = store
        .load()
        .map(async record => ({ record, survivor: await inTurn(() => findSurvivor(bus, record)) }));
      for (const { record, survivor } of await Promise.all(known)) {
        if (survivor) adopted.push(sessions.adopt(record, survivor));
        else lost.push(record);
      }
      server.export(SESSIONS_PATH, implementManager(sessions));

      // Who does not own the name yet may never do, and leaves everything as it is.
      const named = await bus.watchName(SESSIONS, owner => {
        if (owner !== bus.uniqueName) return;
        for (const record of lost) sessions.bury(record);
        for (const session of adopted) void session.forwards.renew();
        void named.close();
      });
      const refusals = createRefusalLog();
      return { authorize: access => authorize(sessions, refusals, access) };
    },
  });
}

function authorize(sessions: Sessions, refusals: RefusalLog, access: Access): boolean {
  const { operation, caller, interface: iface, member, path } = access;
  if (iface !== SESSIONS) return true;
  if (path === SESSIONS_PATH) {
    if (member !== 'TransferOwnership' || caller.uid === 0) return true;
    throw denied(access);
  }
  const session = sessions.get(path);
  if (session === undefined) throw denied(access, 'Access denied');
  if (allowsSession(session.record, access, caller.uid, process.getuid?.())) return true;
  const logged = operation === 'get' ? undefined : refusals(caller.uid);
  if (logged) {
    const kind = operation === 'call' ? 'method' : 'property';
    const more = logged.passedOver === 0 ? '' : `; ${logged.passedOver} more before it`;
    session.log(
      'CRIT',
      `Access denied to ${kind} ${iface}.${member} on ${path} (caller: ${caller.name}, ` +
        `user: ${userName(caller.uid)}, caller pid: ${caller.pid})${more}`,
    );
  }
  throw denied(access, 'Access denied');
}
