import { deepEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Session, SessionManager } from '../src/contract/sessions.ts';
import { membersOf, parseIntrospection } from './introspection.ts';

const recorded = (name: string) =>
  parseIntrospection(
    readFileSync(new URL(`recordings/introspection/${name}.xml`, import.meta.url), 'utf8'),
    'net.openvpn.v3.sessions',
  );

test('the session manager has what the deployed one has, and TransferOwnership, which its policy has', () => {
  const { 'method TransferOwnership': own, ...others } = membersOf(SessionManager);
  deepEqual(others, recorded('sessionmgr'));
  const { 'method TransferOwnership': theirs } = parseIntrospection(
    readFileSync(new URL('recordings/introspection/configmgr.xml', import.meta.url), 'utf8'),
    'net.openvpn.v3.configuration',
  );
  deepEqual(own, theirs);
});

test('a session has what a deployed one has; device_path is declared as what is sent', () => {
  deepEqual(membersOf(Session), { ...recorded('session-object'), 'property device_path': 'o read' });
  const sent = readFileSync(new URL('recordings/cli/wire-types.txt', import.meta.url), 'utf8');
  // `name: signature value`, of the session alone.
  const [, properties = ''] = /# property signatures on the wire.*?\n(.*?)\n\n/s.exec(sent) ?? [];
  const types = [...properties.matchAll(/^(\w+): (\S+) /gm)].map(([, name, type]) => [name, type]);
  deepEqual(
    Object.fromEntries(types),
    Object.fromEntries([...Session.properties].map(([name, { type }]) => [name, type])),
  );
});
