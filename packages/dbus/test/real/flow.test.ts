import { equal, ok, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { within } from '@ovpnkit/lab/testing';
import { openConnection } from '../../src/bus/connection.ts';
import { parseAddresses } from '../../src/type-system/address.ts';
import { messagesOf, startFakeBus, WELCOME } from './fake-bus.ts';
import { startBus } from './private-bus.ts';
import { encodeCall } from './raw-call.ts';

const MIB = 1024 * 1024;
const signal = { path: '/a', interface: 'a.b', member: 'C', signature: 's', body: ['x'.repeat(1000)] };
const getId = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'GetId',
};

test('signals to a bus that has stopped are bounded, and go on when it goes on', async t => {
  const bus = await startBus(t);
  const [sender, receiver] = [await bus.connect({ maxQueuedBytes: MIB }), await bus.connect()];
  let heard = 0;
  const all = Promise.withResolvers<void>();
  await receiver.subscribe({ sender: sender.uniqueName }, ({ member }) => {
    if (member === 'Last') all.resolve();
    else heard++;
  });
  bus.signal('SIGSTOP');
  t.after(() => bus.signal('SIGCONT'));
  let sent = 0;
  for (let count = 0; count < 100_000; count++) if (sender.signal(signal)) sent++;
  ok(sent > 500 && sent < 5000, `${sent} signals of 1 kB are about the limit of 1 MiB`);
  await rejects(sender.call(getId), { errorName: 'org.freedesktop.DBus.Error.LimitsExceeded' });
  bus.signal('SIGCONT');
  await sender.drained();
  equal(sender.signal({ ...signal, member: 'Last' }), true);
  await within('the last signal arrives', all.promise);
  equal(heard, sent);
});

test('the connection is closed instead, when that was asked for', async t => {
  const bus = await startBus(t);
  const sender = await bus.connect({ maxQueuedBytes: MIB, signalOverflow: 'close' });
  bus.signal('SIGSTOP');
  t.after(() => bus.signal('SIGCONT'));
  while (sender.signal(signal)) {}
  equal((await sender.closed).reason, 'overflow');
});

test('one who waits for the queue loses nothing', async t => {
  const bus = await startBus(t);
  const [sender, receiver] = [await bus.connect({ maxQueuedBytes: 128 * 1024 }), await bus.connect()];
  let heard = 0;
  const all = Promise.withResolvers<void>();
  await receiver.subscribe({ sender: sender.uniqueName }, () => {
    if (++heard === 10_000) all.resolve();
  });
  for (let count = 0; count < 10_000; count++) {
    while (!sender.signal(signal)) await sender.drained();
  }
  await within('the last signal arrives', all.promise);
});

test('calls are not read while their answers cannot be sent', async t => {
  const fake = await startFakeBus(t, { auth: WELCOME });
  const [address] = parseAddresses(fake.address);
  ok(address);
  const limits = { timeoutMs: 5000, maxMessageBytes: MIB, maxMessageWeight: MIB, maxQueuedBytes: 16 * MIB };
  const connection = await openConnection(address, { ...limits, signalOverflow: 'drop' });
  t.after(() => connection.close());
  let answered = 0;
  connection.answerCalls(call => {
    answered++;
    connection.reply(call, 'ay', [new Uint8Array(100_000)]);
  });
  const bus = await fake.accept();
  const call = encodeCall(':1.1', '/a', 'a.b', 'C');
  const written = new Promise(resolve => bus.write(Buffer.concat(new Array(500).fill(call)), resolve));
  await within('the bus has taken the calls', written);
  await setImmediate();
  ok(answered < 50, `${answered} answers of 100 kB are about 1 MiB and what the socket holds`);
  let replies = 0;
  for await (const _ of messagesOf(bus)) if (++replies === 500) break;
  equal(answered, 500);
});

test('large answers wait for one another', async t => {
  const bus = await startBus(t);
  const service = await bus.connect({ maxQueuedBytes: MIB });
  const client = await bus.connect();
  service.connection.answerCalls(call => {
    void service.connection.reply(call, 'ay', [new Uint8Array(5 * MIB)]);
  });
  const call = { destination: service.uniqueName, path: '/a', interface: 'a.b', member: 'C' };
  const replies = await Promise.all(Array.from({ length: 20 }, () => client.call(call)));
  equal(replies.length, 20);
});
