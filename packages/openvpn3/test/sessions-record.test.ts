import { deepEqual, equal, ok } from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import fc from 'fast-check';
import {
  formatRecord,
  newRecord,
  parseRecord,
  type SessionRecord,
} from '../src/services/sessions/session-record.ts';
import { openSessionStore } from '../src/services/sessions/session-store.ts';

const uid = fc.nat({ max: 0xffffffff });
const element = fc.stringMatching(/^[0-9a-fs]{36}$/);
const plain = { noNullPrototype: true };
const records: fc.Arbitrary<SessionRecord> = fc.record(
  {
    path: element.map(each => `/net/openvpn/v3/sessions/${each}`),
    configPath: element.map(each => `/net/openvpn/v3/configuration/${each}`),
    configName: fc.string({ unit: 'binary' }),
    creator: uid,
    owner: uid,
    acl: fc.array(uid),
    publicAccess: fc.boolean(),
    restrictLogAccess: fc.boolean(),
    created: fc.nat(),
    logVerbosity: fc.nat({ max: 6 }),
    connected: fc.boolean(),
    automaticRestart: fc.boolean(),
    backendPid: uid,
    logForwards: fc.array(
      fc.record(
        { target: fc.constantFrom(':1.4', ':1.55'), proxy: fc.constantFrom('/net/a', '/net/b'), uid },
        plain,
      ),
    ),
  },
  plain,
);

test('a record of a session comes back as it was written', () => {
  fc.assert(fc.property(records, record => deepEqual(parseRecord(formatRecord(record)), record)));
});

test('what is no record is none, whatever it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), text => {
      equal(parseRecord(text), undefined);
    }),
  );
  fc.assert(
    fc.property(records, fc.nat(), fc.jsonValue(), (record, which, value) => {
      const fields = Object.keys(record);
      const name = fields[which % fields.length] ?? '';
      const parsed = parseRecord(JSON.stringify({ ...record, [name]: value }));
      if (parsed) deepEqual(Object.keys(parsed).sort(), fields.sort());
      const { [name as 'path']: _, ...rest } = record;
      equal(parseRecord(JSON.stringify(rest)), undefined);
    }),
  );
});

const configuration = { path: '/x', owner: 5, transfersOwnership: true, automaticRestart: false };

test('a session belongs to who starts it, unless the configuration gives it to its owner', () => {
  const transferred = newRecord('/s', configuration, 9, new Date(1_795_308_723_900));
  deepEqual(
    [transferred.creator, transferred.owner, transferred.acl, transferred.restrictLogAccess],
    [9, 5, [9], false],
  );
  equal(transferred.created, 1_795_308_723);
  for (const [given, creator] of [
    [configuration, 5],
    [{ ...configuration, transfersOwnership: false }, 9],
  ] as const) {
    const { owner, acl, restrictLogAccess } = newRecord('/s', given, creator, new Date());
    deepEqual([owner, acl, restrictLogAccess], [creator, [], true]);
  }
});

test('a store keeps one private file for each session, and leaves out what is none', t => {
  const folder = temporaryFolder(t);
  const complaints: string[] = [];
  const store = openSessionStore(join(folder, 'sessions'), text => complaints.push(text));
  const [one, two] = fc.sample(records, 2) as [SessionRecord, SessionRecord];
  store.save(one);
  store.save({ ...two, owner: 1 });
  store.save({ ...two, owner: 2 });
  const byPath = (list: SessionRecord[]) => list.sort((a, b) => (a.path < b.path ? -1 : 1));
  deepEqual(byPath(store.load()), byPath([one, { ...two, owner: 2 }]));
  for (const name of readdirSync(join(folder, 'sessions')))
    equal(statSync(join(folder, 'sessions', name)).mode & 0o777, 0o600);
  equal(statSync(join(folder, 'sessions')).mode & 0o777, 0o700);
  deepEqual(complaints, []);

  writeFileSync(join(folder, 'sessions', 'torn.json'), '{"path":');
  writeFileSync(join(folder, 'sessions', 'another.json'), formatRecord(one));
  store.remove(two.path);
  store.remove(two.path);
  deepEqual(store.load(), [one]);
  equal(complaints.length, 2);
});

test('a store that cannot keep anything says so, and nothing else happens', t => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), '');
  const complaints: string[] = [];
  const store = openSessionStore(join(folder, 'file', 'sessions'), text => complaints.push(text));
  const [record] = fc.sample(records, 1) as [SessionRecord];
  store.save(record);
  deepEqual(store.load(), []);
  store.remove(record.path);
  ok(complaints.length >= 3, complaints.join('\n'));
});
