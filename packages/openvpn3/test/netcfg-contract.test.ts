import { deepEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { NETCFG } from '../src/contract/names.ts';
import { NetworkChangeType, NetworkConfiguration, NetworkDevice } from '../src/contract/netcfg.ts';
import { type Members, membersOf, parseIntrospection } from './introspection.ts';

const recorded = (name: string): Members =>
  parseIntrospection(
    readFileSync(new URL(`recordings/introspection/${name}.xml`, import.meta.url), 'utf8'),
    NETCFG,
  );

/** What is ours and not theirs, or other than theirs. */
const beyond = (ours: Members, theirs: Members): Members =>
  Object.fromEntries(Object.entries(ours).filter(([name, text]) => theirs[name] !== text));

test('the network configuration service has exactly the members of the deployed one', () => {
  deepEqual(membersOf(NetworkConfiguration), recorded('netcfg'));
});

test('a device has all members of a deployed one, and beyond them how its name is told', () => {
  const [ours, theirs] = [membersOf(NetworkDevice), recorded('netcfg-device')];
  deepEqual(
    Object.keys(theirs).filter(name => !(name in ours)),
    [],
  );
  deepEqual(beyond(ours, theirs), {
    'method Attach': 'in s device_name, out s dns_problem',
    // What deployed programs send is a list of strings as well.
    'property dns_name_servers': 'as read',
    'property dns_search_domains': 'as read',
  });
});

test('properties come in alphabetical order, as GDBus++ gives them', () => {
  for (const { properties } of [NetworkConfiguration, NetworkDevice]) {
    const names = [...properties.keys()];
    deepEqual(names, names.toSorted());
  }
});

test('the types of changes are bits', () => {
  deepEqual(
    Object.values(NetworkChangeType),
    Array.from({ length: 11 }, (_, bit) => 1 << bit),
  );
});
