import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from '@ovpnkit/lab';
import { accounts, eventually } from '@ovpnkit/lab/testing';
import { StatusMinor, type StatusMinorName, type WireStatus } from '@ovpnkit/openvpn3';
import { type Answer, unwrap } from '../answer.ts';
import type { Backend } from '../backend.ts';
import { openTestBed, skip, type TestBed } from '../test-bed.ts';
import { connectSession, openSession } from './session.ts';

const { password } = accounts;

/** A state of a session, how it is reached, and what it makes of calls. */
type Situation = {
  readonly name: string;
  reach(bed: TestBed, client: number): Promise<Backend>;
  /** The codes that each of these calls sends, in this order; `undefined` for one that is refused. */
  readonly pause: readonly StatusMinorName[] | undefined;
  readonly resume: readonly StatusMinorName[] | undefined;
  readonly restart: readonly StatusMinorName[] | undefined;
  /** What Disconnect sends, asked after all of these. */
  readonly disconnect: readonly StatusMinorName[];
  /** What ForceShutdown sends, in this state. */
  readonly forceShutdown: readonly StatusMinorName[];
};

async function connecting(bed: TestBed, client: number): Promise<Backend> {
  const backend = await openSession(bed, 'unreachable', { client });
  unwrap(await backend.call('Connect'));
  await backend.waitForStatus('CONN_CONNECTING');
  return backend;
}

async function connected(bed: TestBed, client: number): Promise<Backend> {
  const backend = await openSession(bed, 'cert', { client });
  await connectSession(backend);
  return backend;
}

/** What a user is asked, or told, when the server has heard of them. */
async function loggedIn(
  bed: TestBed,
  client: number,
  { user, secret = password }: { user: string; secret?: string },
  status: StatusMinorName,
): Promise<Backend> {
  const backend = await openSession(bed, 'userpass', { client });
  // The one that asks for name and password.
  await backend.waitForStatus('CFG_REQUIRE_USER');
  await backend.answer({ username: user, password: secret });
  unwrap(await backend.call('Connect'));
  await backend.waitForStatus(status);
  return backend;
}

const paused = ['CONN_PAUSING', 'CONN_PAUSED'] as const;
const full = ['CONN_DISCONNECTING', 'CONN_DISCONNECTED', 'CONN_DONE'] as const;
const never = ['CONN_DISCONNECTING', 'CONN_DONE'] as const;
const done = ['CONN_DONE'] as const;
const afterAll = ['CONN_DONE', 'CONN_DISCONNECTED'] as const;
const noTunnel = { pause: undefined, resume: undefined, restart: undefined };
const running = { pause: paused, resume: ['CONN_RESUMING'], restart: ['CONN_RECONNECTING'] } as const;

const situations: Situation[] = [
  {
    name: 'unregistered',
    reach: (bed, client) => bed.startBackend({ client }),
    ...noTunnel,
    disconnect: done,
    forceShutdown: done,
  },
  {
    name: 'registered',
    reach: (bed, client) => openSession(bed, 'cert', { client }),
    ...running,
    disconnect: never,
    forceShutdown: done,
  },
  {
    name: 'waiting for credentials',
    reach: (bed, client) => openSession(bed, 'userpass', { client }),
    ...running,
    disconnect: never,
    forceShutdown: done,
  },
  { name: 'connecting', reach: connecting, ...running, disconnect: full, forceShutdown: afterAll },
  {
    name: 'connected',
    reach: connected,
    ...running,
    resume: ['CONN_RESUMING', 'CONN_RECONNECTING'],
    disconnect: full,
    forceShutdown: afterAll,
  },
  {
    name: 'paused',
    async reach(bed, client) {
      const backend = await connected(bed, client);
      unwrap(await backend.call('Pause', 'lunch'));
      await backend.waitForStatus('CONN_PAUSED');
      return backend;
    },
    pause: undefined,
    resume: ['CONN_RESUMING', 'CONN_RECONNECTING'],
    restart: ['CONN_RECONNECTING'],
    disconnect: full,
    forceShutdown: afterAll,
  },
  {
    name: 'refused by the server',
    reach: (bed, client) => loggedIn(bed, client, { user: 'alice', secret: 'wrong' }, 'CONN_AUTH_FAILED'),
    ...running,
    disconnect: never,
    forceShutdown: done,
  },
  {
    name: 'asked once more',
    reach: (bed, client) => loggedIn(bed, client, { user: 'dyn' }, 'CFG_REQUIRE_USER'),
    ...noTunnel,
    disconnect: done,
    forceShutdown: done,
  },
  {
    name: 'asked while the server waits',
    reach: (bed, client) => loggedIn(bed, client, { user: 'pend' }, 'CFG_REQUIRE_USER'),
    ...running,
    disconnect: full,
    forceShutdown: afterAll,
  },
  {
    name: 'sent to a web page',
    reach: (bed, client) => loggedIn(bed, client, { user: 'web' }, 'SESS_AUTH_URL'),
    ...running,
    disconnect: full,
    forceShutdown: afterAll,
  },
  {
    name: 'failed',
    async reach(bed, client) {
      const backend = await openSession(bed, 'encrypted-key', { client });
      await connectSession(backend, { pk_passphrase: accounts.passphrase });
      await halt(bed, client, 'HALT');
      await backend.waitForStatus('CONN_DISCONNECTED');
      return backend;
    },
    ...noTunnel,
    disconnect: done,
    forceShutdown: done,
  },
];

/** Has the server tell a client to end, or to restart. */
async function halt(bed: TestBed, client: number, message: 'HALT' | 'RESTART'): Promise<void> {
  const { lab, management } = bed.server;
  const { commonName } = lab.clients[client] ?? {};
  const status = await management.status();
  ok(status.mode === 'server');
  const { cid } = status.clients.find(each => each.commonName === commonName) ?? {};
  ok(cid !== undefined);
  await management.clientKill(cid, message);
}

/** The codes behind those that were there before. */
const since = (backend: Backend, position: number) => backend.statuses().slice(position);

const ofCalls: readonly StatusMinorName[] = [
  ...(['CONN_PAUSING', 'CONN_PAUSED', 'CONN_RESUMING', 'CONN_RECONNECTING'] as const),
];

/** `undefined` when it is refused, else what it sent before its reply came, without what the daemon does meanwhile. */
async function effectOf(backend: Backend, member: string, ...args: unknown[]) {
  const before = backend.statuses().length;
  const answer: Answer = await backend.call(member, ...args);
  return 'error' in answer ? undefined : since(backend, before).filter(code => ofCalls.includes(code));
}

test('pause, resume, restart and the two ends do what the deployed program does, in every state', {
  skip,
  concurrency: true,
}, async t => {
  const bed = await openTestBed(t, { server: { clients: 2 * situations.length } });
  const cases = situations.flatMap((situation, index) => [
    t.test(`${situation.name}: pause, resume, restart, disconnect`, async () => {
      const backend = await situation.reach(bed, 2 * index);
      if (situation.pause !== undefined) {
        deepEqual(await effectOf(backend, 'Pause', 'a\nwhile'), situation.pause);
        match(
          backend.signals.all.findLast(({ args }) => args[1] === 13)?.args[2] as string,
          /^Reason: awhile$/,
        );
      }
      if (situation.resume !== undefined) equal(await effectOf(backend, 'Pause', 'again'), undefined);
      deepEqual(startOf(await effectOf(backend, 'Resume'), situation.resume), situation.resume);
      if (situation.resume !== undefined) equal(await effectOf(backend, 'Resume'), undefined);
      deepEqual(startOf(await effectOf(backend, 'Restart'), situation.restart), situation.restart);
      const before = backend.statuses().length;
      unwrap(await backend.call('Disconnect'));
      // What a restart still brings may come first.
      deepEqual(since(backend, before).slice(-situation.disconnect.length), situation.disconnect);
      await backend.exited;
      deepEqual(backend.daemons(), []);
    }),
    t.test(`${situation.name}: force shutdown`, async () => {
      const backend = await situation.reach(bed, 2 * index + 1);
      const before = backend.statuses().length;
      unwrap(await backend.call('ForceShutdown'));
      await backend.exited;
      await eventually(
        'all signals are there',
        () => since(backend, before).length >= situation.forceShutdown.length,
      );
      deepEqual(since(backend, before), situation.forceShutdown);
      deepEqual(backend.daemons(), []);
    }),
  ]);
  await Promise.all(cases);
});

/** The daemon may already say more behind what the call itself sends. */
const startOf = (codes: readonly unknown[] | undefined, expected: readonly unknown[] | undefined) =>
  codes?.slice(0, expected?.length ?? codes.length);

test('a tunnel goes through all that can happen to it', { skip, concurrency: true }, async t => {
  const bed = await openTestBed(t, { server: { clients: 7 } });
  const tunnelDevices = async (client: number) => {
    const { stdout } = await runProgram([
      ...['nsenter', `--net=${bed.server.namespace(client)}`, 'ip', '-o', 'link', 'show'],
    ]);
    return [...stdout.matchAll(/^\d+: (tun\d+):/gm)].map(([, name]) => name);
  };
  const cases = [
    t.test('it has the device that the property names, which is gone in a pause and at the end', async () => {
      const backend = await openSession(bed, 'cert', { client: 0 });
      equal(await backend.get('device_name'), '');
      await connectSession(backend);
      deepEqual(await tunnelDevices(0), [await backend.get('device_name')]);
      equal(await backend.get('device_path'), '/');
      equal(await backend.get('session_name'), bed.server.lab.server.address);
      const { address } = bed.server.lab.server;
      const connection = ['udp', address, address, bed.server.lab.port];
      deepEqual(await backend.get('connection'), connection);
      unwrap(await backend.call('Pause', 'a while'));
      await eventually('the device goes', async () => (await tunnelDevices(0)).length === 0);
      await eventually('nothing is named', async () => (await backend.get('device_name')) === '');
      deepEqual(await backend.get('connection'), connection);
      unwrap(await backend.call('Resume'));
      await backend.waitForStatus('CONN_CONNECTED');
      deepEqual(await tunnelDevices(0), [await backend.get('device_name')]);
      unwrap(await backend.call('Disconnect'));
      deepEqual(await tunnelDevices(0), []);
      await backend.exited;
    }),
    t.test('it pauses and resumes, and restarts, with the sequences of the recordings', async () => {
      const backend = await connected(bed, 1);
      const before = backend.statuses().length;
      unwrap(await backend.call('Pause', 'a while'));
      unwrap(await backend.call('Resume'));
      await backend.waitForStatus('CONN_CONNECTED');
      unwrap(await backend.call('Restart'));
      await backend.waitForStatus('CONN_CONNECTED');
      unwrap(await backend.call('Disconnect'));
      deepEqual(since(backend, before), [
        ...['CONN_PAUSING', 'CONN_PAUSED', 'CONN_RESUMING', 'CONN_RECONNECTING', 'CONN_CONNECTED'],
        ...['CONN_RECONNECTING', 'CONN_RECONNECTING', 'CONN_CONNECTED'],
        ...full,
      ]);
    }),
    t.test('it reconnects when the server says so', async () => {
      const backend = await connected(bed, 2);
      const before = backend.statuses().length;
      await halt(bed, 2, 'RESTART');
      await backend.waitForStatus('CONN_CONNECTED');
      deepEqual(since(backend, before), ['CONN_RECONNECTING', 'CONN_CONNECTED']);
    }),
    t.test('it fails when the server ends it, and can be connected again', async () => {
      const backend = await connected(bed, 3);
      const before = backend.statuses().length;
      await halt(bed, 3, 'HALT');
      await backend.waitForStatus('CONN_DISCONNECTED');
      deepEqual(since(backend, before), ['CONN_FAILED', 'CONN_DISCONNECTED']);
      await eventually('its daemon goes', () => backend.daemons().length === 0);
      await connectSession(backend);
    }),
    t.test('it ends orderly at SIGTERM, after its name has left the bus', async () => {
      const backend = await connected(bed, 4);
      const before = backend.statuses().length;
      backend.kill('SIGTERM');
      await backend.exited;
      await eventually('it says so', () => since(backend, before).length > 0);
      deepEqual(since(backend, before), ['CONN_DISCONNECTED']);
      deepEqual([backend.daemons(), await tunnelDevices(4)], [[], []]);
    }),
    t.test('its daemon ends when it is killed itself', async () => {
      const backend = await connected(bed, 5);
      backend.kill('SIGKILL');
      await backend.exited;
      await eventually('its daemon goes', () => backend.daemons().length === 0);
      deepEqual(await tunnelDevices(5), []);
    }),
    t.test('it fails when its daemon is killed, and can be connected again', async () => {
      const backend = await connected(bed, 6);
      for (const { pid } of backend.daemons()) process.kill(pid, 'SIGKILL');
      match((await backend.waitForStatus('CONN_FAILED'))[2], /SIGKILL/);
      await connectSession(backend);
    }),
  ];
  await Promise.all(cases);
});

const pick = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)] as T;

test('calls that come faster than the daemon can follow leave the tunnel as the last one says', {
  skip,
  concurrency: true,
}, async t => {
  // Otherwise a try that was given up, and that the server finishes late, may drop the one that came after it.
  const bed = await openTestBed(t, { server: { clients: 4, lines: ['duplicate-cn'] } });
  const storm = async (client: number) => {
    const backend = await openSession(bed, 'userpass', { client });
    await backend.answer({ username: 'alice', password });
    const members = [
      'Connect',
      ...Array.from({ length: 20 }, () => pick(['Pause', 'Resume', 'Restart', 'Connect'])),
    ];
    const calls: Promise<Answer>[] = [];
    for (const member of members) {
      calls.push(member === 'Pause' ? backend.call(member, '') : backend.call(member));
      await sleep(pick([0, 0, 10, 40]));
    }
    // Some of them are refused, and every one is answered.
    await Promise.all(calls);
    await backend.call('Resume');
    await eventually(`${members.join(' ')} ends connected`, async () => {
      const [, minor] = (await backend.get('status')) as WireStatus;
      return minor === StatusMinor.CONN_CONNECTED;
    });
    equal(backend.daemons().length, 1);
    unwrap(await backend.call('Disconnect'));
    deepEqual(backend.statuses().slice(-3), full);
    await backend.exited;
    deepEqual(backend.daemons(), []);
  };
  await Promise.all(Array.from({ length: 4 }, (_, client) => storm(client)));
});

test('without the right to configure the network a connection fails, and says why', { skip }, async t => {
  const bed = await openTestBed(t);
  const backend = await openSession(bed, 'cert', { mayConfigureNetwork: false });
  unwrap(await backend.call('Connect'));
  const [, , message] = await backend.waitForStatus('CONN_FAILED');
  match(message, /lacks the capability CAP_NET_ADMIN/);
});
