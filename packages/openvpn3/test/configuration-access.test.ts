import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { Access } from '@ovpnkit/dbus';
import { Configuration as ConfigurationInterface } from '../src/contract/configuration.ts';
import { CONFIGURATION, CONFIGURATION_PATH } from '../src/contract/names.ts';
import { whyDenied } from '../src/services/configuration/access.ts';
import { type Configuration, newConfiguration } from '../src/services/configuration/configuration.ts';
import { readProfile } from '../src/services/configuration/read-profile.ts';

const uids = { owner: 5, granted: 9, stranger: 33, root: 0, openvpn: 999, unknown: undefined } as const;
type User = keyof typeof uids;
const users = Object.keys(uids) as User[];

const configuration: Configuration = {
  ...newConfiguration({
    ...readProfile('client\n'),
    path: `${CONFIGURATION_PATH}/a`,
    name: 'a',
    owner: uids.owner,
    persistent: false,
    singleUse: false,
    imported: 0,
  }),
  acl: [uids.granted],
};

const access = (user: User, operation: Access['operation'], member: string): Access => ({
  caller: { name: ':1.7', uid: uids[user], pid: 1, gone: new AbortController().signal },
  operation,
  path: configuration.path,
  interface: CONFIGURATION,
  member,
});

const { methods, properties } = ConfigurationInterface;
const members: readonly [Access['operation'], string][] = [
  ...[...methods.keys()].map((member): [Access['operation'], string] => ['call', member]),
  ...[...properties.keys()].map((member): [Access['operation'], string] => ['get', member]),
  ...[...properties]
    .filter(([, { writable }]) => writable)
    .map(([member]): [Access['operation'], string] => ['set', member]),
];

/** Who may, by operation and member; nobody may what is not here. */
type Allowed = Readonly<Record<string, readonly User[]>>;

const everybody: readonly User[] = users;
const readers: readonly User[] = ['owner', 'granted', 'openvpn'];
const personal: readonly User[] = ['owner', 'granted'];
const reading: Allowed = {
  'get acl': readers,
  'get dco': readers,
  'get import_timestamp': readers,
  'get last_used_timestamp': readers,
  'get locked_down': readers,
  'get name': readers,
  'get overrides': readers,
  'get owner': everybody,
  'get persistent': readers,
  'get public_access': readers,
  'get readonly': readers,
  'get single_use': personal,
  'get tags': readers,
  'get transfer_owner_session': readers,
  'get used_count': readers,
  'get valid': readers,
  'call Validate': personal,
  'call Fetch': readers,
  'call FetchJSON': readers,
};
const alwaysOwners: Allowed = { 'call Seal': ['owner'], 'call Remove': ['owner'] };
const writing: Allowed = {
  'call SetOption': ['owner'],
  'call SetOverride': ['owner'],
  'call UnsetOverride': ['owner'],
  'call AddTag': ['owner'],
  'call RemoveTag': ['owner'],
  'call AccessGrant': ['owner'],
  'call AccessRevoke': ['owner'],
  'set dco': ['owner', 'granted'],
  'set locked_down': ['owner'],
  'set name': ['owner'],
  'set public_access': ['owner'],
  'set transfer_owner_session': ['owner', 'granted'],
};
const ofOwnerAndServices: readonly User[] = ['owner', 'openvpn'];
const known = users.filter(user => user !== 'unknown');

const cases: readonly [string, Partial<Configuration>, Allowed][] = [
  ['a configuration as it begins', {}, { ...reading, ...alwaysOwners, ...writing }],
  [
    'a locked-down one',
    { lockedDown: true },
    {
      ...reading,
      ...alwaysOwners,
      ...writing,
      'call Fetch': ofOwnerAndServices,
      'call FetchJSON': ofOwnerAndServices,
    },
  ],
  [
    'a public one',
    { publicAccess: true },
    {
      ...Object.fromEntries(Object.keys(reading).map(key => [key, known])),
      'get owner': everybody,
      'call Fetch': readers,
      'call FetchJSON': readers,
      ...alwaysOwners,
      ...writing,
    },
  ],
  [
    'a public one with the password of a proxy',
    { publicAccess: true, overrides: new Map([['proxy-password', 'x']]) },
    {
      ...Object.fromEntries(Object.keys(reading).map(key => [key, known])),
      'get owner': everybody,
      'get overrides': readers,
      'call Fetch': readers,
      'call FetchJSON': readers,
      ...alwaysOwners,
      ...writing,
    },
  ],
  ['a sealed one', { sealed: true }, { ...reading, ...alwaysOwners }],
];

for (const [what, state, allowed] of cases) {
  test(`${what} lets each user do what the table says, and nothing else`, () => {
    for (const [operation, member] of members) {
      const may = users.filter(
        user =>
          whyDenied({ ...configuration, ...state }, access(user, operation, member), uids.openvpn) ===
          undefined,
      );
      const key = `${operation} ${member}`;
      deepEqual(
        may,
        users.filter(user => allowed[key]?.includes(user)),
        key,
      );
    }
  });
}

test('a refusal has the name and the text that the deployed program gives it', () => {
  const sealed = { ...configuration, sealed: true };
  const refusals: [Configuration, Access['operation'], string, string, string][] = [
    [configuration, 'get', 'name', 'AccessDenied', 'Access to the configuration profile is denied.'],
    [configuration, 'set', 'name', 'AccessDenied', 'Configuration can only be modified by the profile owner'],
    [sealed, 'set', 'name', 'AccessDenied', 'Configuration profile is sealed and read-only'],
    [
      configuration,
      'call',
      'Fetch',
      'Code36',
      'GDBus.Error:net.openvpn.gdbuspp: Access to the configuration profile is denied.',
    ],
    [
      sealed,
      'call',
      'AddTag',
      'Code36',
      'GDBus.Error:net.openvpn.gdbuspp: Configuration profile is sealed and read-only',
    ],
    [
      sealed,
      'call',
      'Remove',
      'Code36',
      'GDBus.Error:net.openvpn.gdbuspp: Access to the configuration profile is denied.',
    ],
  ];
  for (const [state, operation, member, name, message] of refusals) {
    const refusal = whyDenied(state, access('stranger', operation, member), uids.openvpn);
    equal(refusal?.message, message);
    ok(refusal?.errorName.endsWith(name));
  }
});
