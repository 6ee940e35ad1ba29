import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { Session } from '../src/contract/sessions.ts';
import { allowsSession } from '../src/services/sessions/access.ts';
import { newRecord, type SessionRecord } from '../src/services/sessions/session-record.ts';

const people = { root: 0, services: 999, owner: 5, granted: 9, stranger: 8 } as const;

const session: SessionRecord = {
  ...newRecord(
    '/net/openvpn/v3/sessions/x',
    { path: '/x', owner: people.owner, transfersOwnership: false, automaticRestart: false },
    people.owner,
    new Date(),
  ),
  acl: [people.granted],
};

/** Who may, besides the owner; in the order of `people`. */
function allowed(of: SessionRecord, operation: 'call' | 'get' | 'set', member: string): string {
  return Object.entries(people)
    .filter(([, uid]) => allowsSession(of, { operation, member }, uid, people.services))
    .map(([name]) => name)
    .join(' ');
}

const users = 'owner granted';
const methods: Record<string, string> = {
  Ready: users,
  Connect: users,
  Restart: users,
  Pause: users,
  Resume: users,
  Disconnect: users,
  UserInputQueueGetTypeGroup: users,
  UserInputQueueFetch: users,
  UserInputQueueCheck: users,
  UserInputProvide: users,
  AccessGrant: 'owner',
  AccessRevoke: 'owner',
  LogForward: 'owner',
};
const writable: Record<string, string> = {
  dco: users,
  log_verbosity: users,
  public_access: 'owner',
  restrict_log_access: 'owner',
};
const open: SessionRecord = { ...session, publicAccess: true };

test('every method of a session is open to those whom the deployed session manager lets call it', () => {
  deepEqual(Object.keys(methods).sort(), [...Session.methods.keys()].sort());
  for (const [member, who] of Object.entries(methods)) {
    equal(allowed(session, 'call', member), who, member);
    const usersWhenPublic = who === users ? 'owner granted stranger' : who;
    // Root and the services' user are strangers here, and public access is for everybody.
    const all = who === users ? `root services ${usersWhenPublic}` : usersWhenPublic;
    equal(allowed(open, 'call', member), all, `${member} with public access`);
  }
});

test('LogForward is open to users when the access to the log is not restricted', () => {
  equal(allowed({ ...session, restrictLogAccess: false }, 'call', 'LogForward'), users);
  equal(allowed({ ...open, restrictLogAccess: true }, 'call', 'LogForward'), 'owner');
  equal(
    allowed({ ...open, restrictLogAccess: false }, 'call', 'LogForward'),
    'root services owner granted stranger',
  );
});

test('every property is read by users, root and the services; those that are written by owner or granted', () => {
  for (const [member, { writable: isWritable }] of Session.properties) {
    equal(allowed(session, 'get', member), 'root services owner granted', member);
    equal(allowed(open, 'get', member), 'root services owner granted stranger', member);
    for (const each of [session, open])
      equal(allowed(each, 'set', member), isWritable ? writable[member] : '', `set ${member}`);
  }
});

test('what is in no table is denied, and so is a caller whom the bus does not know', () => {
  for (const member of ['NoSuch', 'constructor', 'toString', '']) {
    equal(allowed(open, 'call', member), '');
    equal(allowed(open, 'set', member), '');
  }
  for (const operation of ['call', 'get', 'set'] as const)
    equal(allowsSession(open, { operation, member: 'Ready' }, undefined, undefined), false);
});
