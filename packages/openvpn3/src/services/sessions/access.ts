import type { Access } from '@ovpnkit/dbus';
import type { Session } from '../../contract/sessions.ts';
import type { SessionRecord } from './session-record.ts';

type Definition = typeof Session.definition;

/** To whom a member of a session is open. */
type Audience =
  | 'owner'
  /** The owner, and whom the owner has granted access. */
  | 'granted'
  /** These, and everybody when the session has public access. */
  | 'users'
  /** The owner; users as well unless `restrict_log_access`. */
  | 'log-readers';

const methods: Readonly<Record<keyof Definition['methods'], Audience>> = {
  Ready: 'users',
  Connect: 'users',
  Restart: 'users',
  Pause: 'users',
  Resume: 'users',
  Disconnect: 'users',
  UserInputQueueGetTypeGroup: 'users',
  UserInputQueueFetch: 'users',
  UserInputQueueCheck: 'users',
  UserInputProvide: 'users',
  AccessGrant: 'owner',
  AccessRevoke: 'owner',
  LogForward: 'log-readers',
};

const writable: Readonly<Record<WritableProperty, Audience>> = {
  dco: 'granted',
  log_verbosity: 'granted',
  public_access: 'owner',
  restrict_log_access: 'owner',
};

type WritableProperty = {
  [K in keyof Definition['properties']]: Definition['properties'][K]['access'] extends 'readwrite'
    ? K
    : never;
}[keyof Definition['properties']];

/** Whether this uid may use the session: it is listed for it, and its methods are open. */
export const isUser = (session: SessionRecord, uid: number | undefined): boolean =>
  belongsTo(session, 'users', uid);

/**
 * Whether a uid may have this access to a session. Root and the services' own user (`serviceUid`) may read everything,
 * and nothing else.
 */
export function allowsSession(
  session: SessionRecord,
  { operation, member }: Pick<Access, 'operation' | 'member'>,
  uid: number | undefined,
  serviceUid: number | undefined,
): boolean {
  if (uid === undefined) return false;
  switch (operation) {
    case 'call':
      return (
        Object.hasOwn(methods, member) && belongsTo(session, methods[member as keyof typeof methods], uid)
      );
    case 'get':
      return uid === 0 || uid === serviceUid || isUser(session, uid);
    case 'set':
      return (
        Object.hasOwn(writable, member) && belongsTo(session, writable[member as keyof typeof writable], uid)
      );
  }
}

/** Whether this uid may see the session's log. */
export const mayReadLog = (session: SessionRecord, uid: number): boolean =>
  belongsTo(session, 'log-readers', uid);

function belongsTo(session: SessionRecord, audience: Audience, uid: number | undefined): boolean {
  if (uid === undefined) return false;
  if (uid === session.owner) return true;
  switch (audience) {
    case 'owner':
      return false;
    case 'granted':
      return session.acl.includes(uid);
    case 'users':
      return session.publicAccess || session.acl.includes(uid);
    case 'log-readers':
      return !session.restrictLogAccess && belongsTo(session, 'users', uid);
  }
}
