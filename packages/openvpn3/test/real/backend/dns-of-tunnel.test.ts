import { deepEqual, equal, match } from 'node:assert/strict';
import { test } from 'node:test';
import { DBusError, Variant } from '@ovpnkit/dbus';
import { runProgram } from '@ovpnkit/lab';
import { eventually } from '@ovpnkit/lab/testing';
import { unwrap } from '../answer.ts';
import type { Backend } from '../backend.ts';
import type { Resolver } from '../resolver.ts';
import { openTestBed, skip, type TestBed } from '../test-bed.ts';
import { connectSession, openSession } from './session.ts';

const [INET, INET6, WARN] = [2, 10, 5];

const lines = [
  'push "dhcp-option DNS 198.19.0.1"',
  'push "dhcp-option DNS6 fd77:19::1"',
  'push "dhcp-option DOMAIN corp.example"',
  'push "dhcp-option DOMAIN-SEARCH lab.example"',
];
const servers = [
  [INET, [198, 19, 0, 1]],
  [INET6, [0xfd, 0x77, 0, 0x19, ...Array(11).fill(0), 1]],
];

async function deviceIndex(bed: TestBed, client: number): Promise<number> {
  const command = ['nsenter', `--net=${bed.server.namespace(client)}`, 'ip', '-o', 'link', 'show'];
  const { stdout } = await runProgram(command);
  return Number(/^(\d+): tun\d+:/m.exec(stdout)?.[1]);
}

/** The calls so far, addresses as lists. */
const callsOf = ({ calls }: Resolver) =>
  calls.map(([member, index, value]) =>
    member === 'SetLinkDNS'
      ? [member, index, (value as [number, Uint8Array][]).map(([family, bytes]) => [family, [...bytes]])]
      : value === undefined
        ? [member, index]
        : [member, index, value],
  );

const warnings = (backend: Backend): string[] =>
  backend.signals.all.flatMap(({ member, args }) =>
    member === 'Log' && args[1] === WARN && String(args[3]).includes('DNS') ? [String(args[3])] : [],
  );

/** What is set for a tunnel that answers for every name. */
const everything = (index: number) => [
  ['SetLinkDNS', index, servers],
  [
    'SetLinkDomains',
    index,
    [
      ['corp.example', false],
      ['lab.example', false],
      ['.', true],
    ],
  ],
  ['SetLinkDefaultRoute', index, true],
];

test('what the server pushes about DNS is set while the device is up, and only then', { skip }, async t => {
  const bed = await openTestBed(t, { server: { lines } });
  const { resolver } = bed;
  const backend = await openSession(bed, 'cert');
  await connectSession(backend);
  await eventually('it is set', () => resolver.calls.length >= 3);
  const first = await deviceIndex(bed, 0);
  deepEqual(callsOf(resolver), everything(first));

  unwrap(await backend.call('Pause', 'a while'));
  await eventually('it is taken back', () => resolver.calls.length >= 4);
  unwrap(await backend.call('Resume'));
  await backend.waitForStatus('CONN_CONNECTED');
  await eventually('it is set again', () => resolver.calls.length >= 7);
  const second = await deviceIndex(bed, 0);
  deepEqual(callsOf(resolver).slice(3), [['RevertLink', first], ...everything(second)]);

  unwrap(await backend.call('Disconnect'));
  await backend.exited;
  deepEqual(callsOf(resolver).slice(7), [['RevertLink', second]]);
  deepEqual(warnings(backend), []);
});

test('the overrides of a profile say what becomes of the DNS', { skip, concurrency: true }, async t => {
  const bed = await openTestBed(t, { server: { lines, clients: 2 } });
  const silent = await openSession(bed, 'cert', {
    client: 1,
    overrides: new Map([['dns-setup-disabled', new Variant('b', true)]]),
  });
  await connectSession(silent);
  const scoped = await openSession(bed, 'cert', {
    overrides: new Map([['dns-scope', new Variant('s', 'tunnel')]]),
  });
  await connectSession(scoped);
  await eventually('it is set', () => bed.resolver.calls.length >= 3);
  const index = await deviceIndex(bed, 0);
  deepEqual(callsOf(bed.resolver), [
    ['SetLinkDNS', index, servers],
    [
      'SetLinkDomains',
      index,
      [
        ['corp.example', false],
        ['lab.example', false],
      ],
    ],
    ['SetLinkDefaultRoute', index, false],
  ]);
  deepEqual([warnings(silent), warnings(scoped)], [[], []]);
});

test('a Log says that nobody applies the DNS, or why it is refused', { skip, concurrency: true }, async t => {
  const bed = await openTestBed(t, { server: { lines, clients: 2 } });
  const refused = await openSession(bed, 'cert', { client: 0 });
  bed.resolver.refuse(new DBusError('org.freedesktop.resolve1.LinkBusy', 'the link is managed'));
  await connectSession(refused);
  await eventually('it is said', () => warnings(refused).length > 0);
  match(warnings(refused)[0] ?? '', /not applied: org\.freedesktop\.resolve1 refused: the link is managed$/);

  await bed.resolver.close();
  const absent = await openSession(bed, 'cert', { client: 1 });
  await connectSession(absent);
  await eventually('it is said', () => warnings(absent).length > 0);
  match(warnings(absent)[0] ?? '', /not applied: org\.freedesktop\.resolve1 is not on the bus/);
  for (const backend of [refused, absent]) {
    unwrap(await backend.call('Disconnect'));
    await backend.exited;
    equal(warnings(backend).length, 1);
  }
});

test('the DNS is taken back when the backend is told to end by a signal', { skip }, async t => {
  const bed = await openTestBed(t, { server: { lines } });
  const backend = await openSession(bed, 'cert');
  await connectSession(backend);
  await eventually('it is set', () => bed.resolver.calls.length >= 3);
  const index = await deviceIndex(bed, 0);
  backend.kill('SIGTERM');
  await backend.exited;
  deepEqual(callsOf(bed.resolver).slice(3), [['RevertLink', index]]);
});
