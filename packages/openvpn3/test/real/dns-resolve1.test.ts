import { deepEqual, equal, match } from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { type Bus, DBusError, implement, serve } from '@ovpnkit/dbus';
import { startBus, within } from '@ovpnkit/lab/testing';
import { ifIndex } from '../../src/tunnel/dns/if-index.ts';
import type { PushedDns } from '../../src/tunnel/dns/pushed-dns.ts';
import {
  applyDns,
  RESOLVE1,
  RESOLVE1_PATH,
  Resolve1Manager,
  revertDns,
} from '../../src/tunnel/dns/resolve1.ts';

const pushed: PushedDns = {
  servers: ['198.18.0.53', 'fd00::53'],
  searchDomains: ['corp.example'],
  routingDomains: [],
  dnssec: 'optional',
  ignored: [],
};
// As the bus hands them over.
const servers = [
  [2, Buffer.of(198, 18, 0, 53)],
  [10, Buffer.of(0xfd, ...Array(14).fill(0), 0x53)],
];

/** A stand-in of systemd-resolved that remembers its calls. `answer` may throw or wait. */
async function serveResolver(bus: Bus, answer: (member: string) => void | Promise<void> = () => {}) {
  const calls: unknown[][] = [];
  const heard = new EventTarget();
  const method = (member: string) => async (args: readonly unknown[]) => {
    calls.push([member, ...args]);
    heard.dispatchEvent(new Event(member));
    await answer(member);
    return undefined;
  };
  const server = await serve(bus, { authorize: () => true });
  server.export(
    RESOLVE1_PATH,
    implement(Resolve1Manager, {
      methods: {
        SetLinkDNS: method('SetLinkDNS'),
        SetLinkDomains: method('SetLinkDomains'),
        SetLinkDefaultRoute: method('SetLinkDefaultRoute'),
        SetLinkDNSSEC: method('SetLinkDNSSEC'),
        RevertLink: method('RevertLink'),
      },
    }),
  );
  await bus.requestName(RESOLVE1);
  return { calls, heard };
}

test('in the scope global the link is for every name', async t => {
  const bus = await startBus(t);
  const { calls } = await serveResolver(await bus.connect());
  equal(await applyDns(await bus.connect(), 7, pushed, 'global'), undefined);
  deepEqual(calls, [
    ['SetLinkDNS', 7, servers],
    [
      'SetLinkDomains',
      7,
      [
        ['corp.example', false],
        ['.', true],
      ],
    ],
    ['SetLinkDefaultRoute', 7, true],
    ['SetLinkDNSSEC', 7, 'allow-downgrade'],
  ]);
});

test('in the scope tunnel the link is for the pushed domains only', async t => {
  const bus = await startBus(t);
  const { calls } = await serveResolver(await bus.connect());
  const dns = { ...pushed, routingDomains: ['corp.example', 'lab.example'], dnssec: undefined };
  equal(await applyDns(await bus.connect(), 7, dns, 'tunnel'), undefined);
  deepEqual(calls, [
    ['SetLinkDNS', 7, servers],
    [
      'SetLinkDomains',
      7,
      [
        ['corp.example', false],
        ['lab.example', true],
      ],
    ],
    ['SetLinkDefaultRoute', 7, false],
  ]);
});

test('a server that pushes routing domains gets no other names, in the scope global too', async t => {
  const bus = await startBus(t);
  const { calls } = await serveResolver(await bus.connect());
  await applyDns(await bus.connect(), 7, { ...pushed, routingDomains: ['lab.example'] }, 'global');
  deepEqual(calls[2], ['SetLinkDefaultRoute', 7, false]);
});

test('nothing is said to the resolver when nothing was pushed', async t => {
  const bus = await startBus(t);
  const { calls } = await serveResolver(await bus.connect());
  equal(
    await applyDns(await bus.connect(), 7, { ...pushed, servers: [], searchDomains: [] }, 'global'),
    undefined,
  );
  deepEqual(calls, []);
});

test('a bus without a resolver is a reason, and there is nothing to revert', async t => {
  const bus = await (await startBus(t)).connect();
  match((await applyDns(bus, 7, pushed, 'global')) ?? '', /resolve1 is not on the bus/);
  equal(await revertDns(bus, 7), undefined);
});

test('what a resolver refuses half-way is taken back', async t => {
  const bus = await startBus(t);
  const { calls, heard } = await serveResolver(await bus.connect(), member => {
    if (member === 'SetLinkDomains') throw new DBusError(`${RESOLVE1}.LinkBusy`, 'Link tun0 is managed.');
  });
  const reverted = once(heard, 'RevertLink');
  equal(
    await applyDns(await bus.connect(), 7, pushed, 'global'),
    'org.freedesktop.resolve1 refused: Link tun0 is managed.',
  );
  await within('it is told to take it back', reverted);
  deepEqual(
    calls.map(([member]) => member),
    ['SetLinkDNS', 'SetLinkDomains', 'RevertLink'],
  );
});

test('a resolver that is silent is given up, and told to take back what it may still do', async t => {
  const bus = await startBus(t);
  const { heard } = await serveResolver(await bus.connect(), () => new Promise(() => {}));
  const reverted = once(heard, 'RevertLink');
  match((await applyDns(await bus.connect(), 7, pushed, 'global')) ?? '', /did not answer within 2000 ms/);
  await within('it is told to take it back', reverted);
});

test('reverting is done when the link is gone, and says what else a resolver answers', async t => {
  const bus = await startBus(t);
  let error = `${RESOLVE1}.NoSuchLink`;
  const { calls } = await serveResolver(await bus.connect(), () => {
    throw new DBusError(error, 'No.');
  });
  const ours = await bus.connect();
  equal(await revertDns(ours, 7), undefined);
  error = 'org.freedesktop.DBus.Error.AccessDenied';
  equal(await revertDns(ours, 7), 'org.freedesktop.resolve1 refused: No.');
  deepEqual(calls, [
    ['RevertLink', 7],
    ['RevertLink', 7],
  ]);
});

test('a closed bus is a reason', async t => {
  const bus = await (await startBus(t)).connect();
  await bus.close();
  equal(typeof (await applyDns(bus, 7, pushed, 'global')), 'string');
});

test('the index of a device is read, and that of none is undefined', async () => {
  equal(await ifIndex('lo'), 1);
  for (const name of ['', '.', '..', '../net/lo', 'lo ', 'no-such-device-here', 'nodev0']) {
    equal(await ifIndex(name), undefined, name);
  }
});
