import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { connect as connectSocket } from 'node:net';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { within } from '@ovpnkit/lab/testing';
import { createProxy, Variant } from '../../src/index.ts';
import { Greeter, NAME, PATH, serveGreeter } from './greeter.ts';
import { type PrivateBus, startBus } from './private-bus.ts';
import { encodeCall, encodeEmptyArrayCall, hello } from './raw-call.ts';

const MIB = 1024 * 1024;
const call = { destination: NAME, path: PATH, interface: NAME };
const LIMITS = { errorName: 'org.freedesktop.DBus.Error.LimitsExceeded' };

test('30 MB of bytes and a million elements go through', async t => {
  const bus = await startBus(t);
  await serveGreeter(await bus.connect());
  const greeter = createProxy(await bus.connect(), Greeter, { destination: NAME, path: PATH });
  equal(await greeter.call('Bytes', [new Uint8Array(30_000_000)]), 30_000_000);
  equal(await greeter.call('Count', [new Array(1_000_000).fill(7)]), 1_000_000);
  const many = Array.from(
    { length: 100_000 },
    (_, index) => [`key ${index}`, new Variant('u', index)] as const,
  );
  const dict = new Map<string, Variant>(many);
  deepEqual(await greeter.call('EchoDict', [dict]), dict);
});

test('a message that would take too much memory is refused, and its sender told', async t => {
  const bus = await startBus(t);
  // Empty arrays are four bytes on the wire and two hundred in memory.
  const service = await bus.connect({ maxMessageWeight: 64 * MIB });
  await serveGreeter(service);
  const client = await bus.connect();
  const bomb = Array.from({ length: 1_000_000 }, () => []);
  const variant = new Variant('aai', bomb);
  await rejects(client.call({ ...call, member: 'Echo', signature: 'v', body: [variant] }), LIMITS);
  // Arguments that no method has are wrong before they are heavy.
  await rejects(client.call({ ...call, member: 'Greet', signature: 'aai', body: [bomb] }), {
    errorName: 'org.freedesktop.DBus.Error.InvalidArgs',
  });
  client.signal({
    path: '/',
    interface: 'a.b',
    member: 'C',
    signature: 'aai',
    body: [bomb],
    to: service.uniqueName,
  });
  client.send({ ...call, member: 'Echo', signature: 'v', body: [variant] });
  const greeter = createProxy(client, Greeter, { destination: NAME, path: PATH });
  equal(await greeter.call('Greet', ['still here']), 'hello still here');
});

test('a reply that would take too much memory rejects its call', async t => {
  const bus = await startBus(t);
  await serveGreeter(await bus.connect());
  const client = await bus.connect({ maxMessageWeight: MIB });
  const strings = Array.from({ length: 50_000 }, () => 'x');
  const body = [new Variant('as', strings)];
  await rejects(client.call({ ...call, member: 'Echo', signature: 'v', body }), LIMITS);
  equal((await client.call({ ...call, member: 'Pair' })).signature, 'us');
});

test('calls that are never answered are bounded for each user, and end with their caller', async t => {
  const bus = await startBus(t);
  const service = await bus.connect();
  await serveGreeter(service, { maxCallsPerUser: 10 });
  const [greedy, other] = [await bus.connect(), await bus.connect()];
  const waiting: Promise<unknown>[] = [];
  for (let count = 0; count < 10; count++) waiting.push(greedy.call({ ...call, member: 'Never' }));
  await rejects(greedy.call({ ...call, member: 'Never' }), LIMITS);
  // Both have the same uid here.
  await rejects(other.call({ ...call, member: 'Nothing' }), LIMITS);
  const ended = Promise.allSettled(waiting);
  await greedy.close();
  equal(
    (await ended).every(({ status }) => status === 'rejected'),
    true,
  );
  for (const end = Date.now() + 60_000; ; await setImmediate()) {
    const [result] = await Promise.allSettled([other.call({ ...call, member: 'Nothing' })]);
    if (result.status === 'fulfilled') break;
    // A bus that is gone rejects at once, for ever.
    if (Date.now() > end) throw new Error('nobody was let in again', { cause: result.reason });
  }
});

test('malformed messages end their sender only', async t => {
  const bus = await startBus(t);
  const service = await bus.connect();
  await serveGreeter(service);
  const client = await bus.connect();
  const good = encodeCall(service.uniqueName, PATH, NAME, 'Greet', 'bob');
  const random = pseudoRandom(20261121);
  for (let round = 0; round < 150; round++) {
    const bad = Buffer.from(good);
    for (let flips = 0; flips < 4; flips++)
      bad[Math.floor(random() * bad.length)] = Math.floor(random() * 256);
    await sendRaw(bus, bad);
  }
  const greeter = createProxy(client, Greeter, { destination: NAME, path: PATH });
  equal(await greeter.call('Greet', ['still here']), 'hello still here');
});

test('signatures that only some take for valid do no harm', async t => {
  const bus = await startBus(t);
  const service = await bus.connect();
  await serveGreeter(service);
  for (const [array, times] of [
    ['aa(', 17],
    ['aa(', 31],
    ['a(', 31],
    ['aa{s', 16],
    ['aa{s', 31],
    ['aa(v', 20],
    ['aaaa{s', 8],
    ['a{sa(', 15],
  ] as const) {
    const end = [...array]
      .reverse()
      .map(code => ({ '(': ')', '{': '}' })[code] ?? '')
      .join('');
    const signature = `${array.repeat(times)}u${end.repeat(times)}`;
    await sendRaw(bus, encodeEmptyArrayCall(service.uniqueName, PATH, NAME, 'Echo', signature));
  }
  const greeter = createProxy(await bus.connect(), Greeter, { destination: NAME, path: PATH });
  equal(await greeter.call('Greet', ['still here']), 'hello still here');
});

test('a flood of calls, errors and connections leaves nothing behind', async t => {
  const bus = await startBus(t);
  const service = await bus.connect();
  await serveGreeter(service);
  for (let round = 0; round < 20; round++) {
    const client = await bus.connect();
    const calls: Promise<unknown>[] = [];
    for (let count = 0; count < 100; count++) {
      calls.push(client.call({ ...call, member: count % 2 ? 'Throw' : 'constructor' }));
      client.send({ ...call, path: `/p${count}`, member: 'Nothing' });
    }
    const settled = await Promise.allSettled(calls);
    ok(settled.every(({ status }) => status === 'rejected'));
    await client.close();
  }
  const client = await bus.connect();
  match(
    (await client.call({ ...call, member: 'Greet', signature: 's', body: ['x'] })).body[0] as string,
    /hello/,
  );
});

/** Connects without the library, says Hello, sends the bytes, and waits until the bus has read them. */
function sendRaw(bus: PrivateBus, bytes: Buffer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connectSocket(bus.address.slice('unix:path='.length));
  socket.on('error', () => {});
  socket.on('close', () => resolve());
  let begun = false;
  socket.on('data', () => {
    if (begun) return;
    begun = true;
    socket.write('BEGIN\r\n');
    socket.write(hello);
    socket.end(bytes);
  });
  socket.on('connect', () => {
    const uid = Buffer.from(String(process.getuid?.())).toString('hex');
    socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
  });
  return within('the bus has read the bytes', promise);
}

/** The same numbers in every run. */
function pseudoRandom(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(state >> 40n) / 2 ** 24;
  };
}
