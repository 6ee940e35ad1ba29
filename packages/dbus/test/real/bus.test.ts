import { deepEqual, equal, match, ok, rejects, throws } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { within } from '@ovpnkit/lab/testing';
import {
  ConnectionError,
  connect,
  createProxy,
  DBusError,
  EncodeError,
  TimeoutError,
} from '../../src/index.ts';
import { messagesOf, startFakeBus, WELCOME } from './fake-bus.ts';
import { Greeter, NAME, PATH, serveGreeter } from './greeter.ts';
import { judgesOf } from './judges.ts';
import { startBus } from './private-bus.ts';
import { stringReply } from './raw-call.ts';

const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;

test('the next address of a list is tried, and values are unescaped', async t => {
  const bus = await startBus(t);
  const folder = join(bus.folder, 'with space, and ünicode');
  await mkdir(folder);
  await symlink(join(bus.folder, 'bus'), join(folder, 'bus'));
  const escaped = encodeURIComponent(join(folder, 'bus')).replaceAll('%2F', '/');
  const address = `unixexec:path=false;unix:path=/no/such/socket;tcp:host=127.0.0.1,port=1;unix:path=${escaped}`;
  const connection = await connect({ address });
  match(connection.uniqueName, /^:1\.\d+$/);
  await connection.close();
  await rejects(connect({ address: 'unix:path=/no/such/socket;unix:path=/nor/this' }), {
    name: 'ConnectionError',
    reason: 'unreachable',
    message: /no address works: unix:path=\/no\/such\/socket: .*; unix:path=\/nor\/this: /,
  });
  await rejects(connect({ address: `${bus.address},guid=0123456789abcdef0123456789abcdef` }), {
    reason: 'address',
  });
});

test('a bus that says nothing is given up: in the handshake, and at Hello', async t => {
  for (const options of [{}, { auth: WELCOME }]) {
    const fake = await startFakeBus(t, options);
    await rejects(connect({ address: fake.address, connectTimeoutMs: 50 }), { reason: 'timeout' });
  }
});

test('a bus that refuses this user is told apart from one that hangs', async t => {
  const fake = await startFakeBus(t, { auth: 'REJECTED EXTERNAL' });
  await rejects(connect({ address: fake.address }), { reason: 'authentication', message: /REJECTED/ });
});

test('what is no message ends the connection once, and rejects what waits', async t => {
  for (const garbage of [
    Buffer.from('x'.repeat(64)),
    Buffer.from([0x6c, 1, 0, 9, ...new Array(60).fill(0xff)]),
  ]) {
    const fake = await startFakeBus(t, { auth: WELCOME });
    const connecting = connect({ address: fake.address });
    const socket = await fake.accept();
    const messages = messagesOf(socket);
    await messages.next();
    socket.write(stringReply(1, ':1.1'));
    const bus = await connecting;
    const pending = bus.call({ ...BUS, member: 'GetId' });
    const failed = rejects(pending, { name: 'ConnectionError', reason: 'protocol' });
    socket.write(garbage);
    equal((await bus.closed).reason, 'protocol');
    await failed;
    await bus.close();
  }
});

test('a reply counts only from the one who was called', async t => {
  const fake = await startFakeBus(t, { auth: WELCOME });
  const connecting = connect({ address: fake.address });
  const socket = await fake.accept();
  const messages = messagesOf(socket);
  await messages.next();
  socket.write(stringReply(1, ':1.1'));
  const bus = await connecting;
  const pending = bus.call({ ...BUS, member: 'GetId' });
  await messages.next();
  socket.write(Buffer.concat([stringReply(2, 'forged', ':1.66'), stringReply(2, 'real')]));
  deepEqual((await pending).body, ['real']);
  await bus.close();
});

test('names are requested, refused when they are taken, and released', async t => {
  const bus = await startBus(t);
  const [first, second] = [await bus.connect(), await bus.connect()];
  await first.requestName('com.example.Name');
  await rejects(second.requestName('com.example.Name'), /has another owner/);
  const owners: (string | undefined)[] = [];
  const released = Promise.withResolvers<void>();
  const watch = await second.watchName('com.example.Name', owner => {
    owners.push(owner);
    if (owner === undefined) released.resolve();
  });
  await first.releaseName('com.example.Name');
  await within('the name is released', released.promise);
  deepEqual(owners, [first.uniqueName, undefined]);
  await watch.close();
  await second.requestName('com.example.Name');
  await rejects(first.requestName(':1.7'), EncodeError);
});

test('a call ends with a reply, an error, a deadline or an abort', async t => {
  const bus = await startBus(t);
  await serveGreeter(await bus.connect());
  const client = await bus.connect();
  const greeter = createProxy(client, Greeter, { destination: NAME, path: PATH });
  equal(await greeter.call('Greet', ['bob']), 'hello bob');
  await rejects(
    greeter.call('Refuse', []),
    (error: DBusError) => error.errorName === 'com.example.Error.Busy',
  );
  await rejects(greeter.call('Never', [], { timeoutMs: 20 }), TimeoutError);
  const controller = new AbortController();
  const aborted = rejects(greeter.call('Never', [], { signal: controller.signal }), /enough/);
  controller.abort(new Error('enough'));
  await aborted;
  await rejects(greeter.call('Greet', ['late'], { signal: controller.signal }), /enough/);
  const nobody = createProxy(client, Greeter, { destination: 'com.example.Nobody', path: PATH });
  await rejects(nobody.call('Nothing', []), { errorName: 'org.freedesktop.DBus.Error.ServiceUnknown' });
});

test('what the bus would disconnect us for is refused before it is sent', async t => {
  const bus = await startBus(t);
  const client = await bus.connect();
  const call = { ...BUS, member: 'GetId' };
  for (const bad of [
    { ...call, path: 'no/slash' },
    { ...call, path: '/ends/' },
    { ...call, interface: 'nodots' },
    { ...call, interface: 'com..example' },
    { ...call, member: 'has-dash' },
    { ...call, member: '' },
    { ...call, destination: 'nodots' },
    { ...call, destination: `com.${'x'.repeat(255)}` },
    { ...call, signature: 'a', body: [[]] },
    { ...call, signature: 's', body: ['zero\0byte'] },
    { ...call, signature: 's', body: ['\ud800'] },
    { ...call, signature: 'o', body: ['relative'] },
    { ...call, signature: 'as', body: ['a string'] },
    { ...call, signature: 'u', body: [-1] },
    { ...call, signature: 'ay', body: [new Uint8Array(33 * 1024 * 1024)] },
  ]) {
    await rejects(client.call(bad), EncodeError);
  }
  throws(() => client.signal({ path: '/a', interface: 'a.b', member: 'has space' }), EncodeError);
  throws(() => new DBusError('not an error name', 'text'), TypeError);
  equal((await client.call(call)).signature, 's');
});

test('a call without reply gets none, not even an error', async t => {
  const bus = await startBus(t);
  await serveGreeter(await bus.connect());
  const client = await bus.connect();
  const { busctl } = judgesOf(bus.address);
  const call = { destination: NAME, path: PATH, interface: NAME };
  // Whoever listens in sees every reply of the service, in their order.
  const monitor = spawn('dbus-monitor', ['--address', bus.address, `sender=${NAME}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.after(() => monitor.kill('SIGKILL'));
  let seen = '';
  const replied = Promise.withResolvers<void>();
  monitor.stdout.on('data', chunk => {
    seen += chunk;
    if (seen.includes('"seven"')) replied.resolve();
  });
  // It is a monitor from the moment on when its unique name is gone.
  await within('the monitor prints', once(monitor.stdout, 'data'));
  let isPeer = true;
  for (let looks = 0; isPeer && looks < 1000; looks++)
    isPeer = (await busctl('list', '--unique', '--no-legend')).out.includes('dbus-monitor');
  equal(isPeer, false, 'it is a monitor and no peer any more');
  for (const member of ['Throw', 'Nope', 'Nothing']) client.send({ ...call, member });
  await client.call({ ...call, member: 'Pair' });
  await within('the monitor sees the reply', replied.promise);
  equal(seen.match(/^(method return|error) .*sender=:1\.0 /gm)?.length, 1);
});

test('the loss of the bus is told once, and a new one can be joined', async t => {
  const bus = await startBus(t);
  const service = await bus.connect();
  await serveGreeter(service);
  const client = await bus.connect();
  const greeter = createProxy(client, Greeter, { destination: NAME, path: PATH });
  const waiting = [1, 2, 3].map(() =>
    rejects(greeter.call('Never', []), { name: 'ConnectionError', reason: 'closed' }),
  );
  await greeter.call('Nothing', []);
  let told = 0;
  void client.closed.then(() => told++);
  await bus.kill('SIGKILL');
  await Promise.all(waiting);
  ok((await client.closed) instanceof ConnectionError);
  equal(told, 1);
  await rejects(greeter.call('Nothing', []), ConnectionError);
  throws(() => client.signal({ path: '/a', interface: 'a.b', member: 'C' }), ConnectionError);
  equal((await service.closed).reason, 'closed');

  await bus.start();
  await serveGreeter(await bus.connect());
  const again = createProxy(await bus.connect(), Greeter, { destination: NAME, path: PATH });
  equal(await again.call('Greet', ['again']), 'hello again');
});

test('closing sends what is queued and can be done twice', async t => {
  const bus = await startBus(t);
  const [sender, receiver] = [await bus.connect(), await bus.connect()];
  const heard = Promise.withResolvers<void>();
  await receiver.subscribe({ sender: sender.uniqueName, member: 'Last' }, () => heard.resolve());
  sender.signal({ path: '/a', interface: 'a.b', member: 'Last' });
  await Promise.all([sender.close(), sender[Symbol.asyncDispose]()]);
  await within('it is heard', heard.promise);
});
