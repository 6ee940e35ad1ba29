import { deepEqual, equal, match, rejects, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { within } from '@ovpnkit/lab/testing';
import {
  createProxy,
  DBusError,
  defineInterface,
  implement,
  ObjectManager,
  Properties,
  serve,
  Variant,
} from '../../src/index.ts';
import { judgesOf } from './judges.ts';
import { startBus } from './private-bus.ts';

const Session = defineInterface({
  name: 'com.example.Session',
  methods: { Name: { out: ['s name'] } },
  properties: {
    id: { type: 'u', access: 'read', emits: 'const' },
    secret: { type: 's', access: 'read', emits: 'none' },
  },
});

const session = (id: number) =>
  implement(Session, {
    methods: { Name: () => `session ${id}` },
    properties: { id: { get: () => id }, secret: { get: () => 'hidden' } },
  });

const NAME = 'com.example.Sessions';
const ROOT = '/com/example/sessions';

test('objects below a prefix are found when they are asked for, and listed', async t => {
  const bus = await startBus(t);
  const service = await bus.connect();
  const server = await serve(service, { authorize: () => true });
  const ids = new Set([1, 2]);
  server.exportBelow(ROOT, {
    find(path) {
      const id = Number(path.slice(ROOT.length + 1));
      if (ids.has(id)) return [session(id)];
      if (id === 3) throw new DBusError('org.freedesktop.DBus.Error.UnknownMethod', `no ${path}`);
      return undefined;
    },
    list: () => [...ids].map(id => `${ROOT}/${id}`),
  });
  await service.requestName(NAME);
  const { busctl, dbusSend } = judgesOf(bus.address);
  equal((await busctl('call', NAME, `${ROOT}/2`, Session.name, 'Name')).out, 's "session 2"');
  equal((await busctl('get-property', NAME, `${ROOT}/1`, Session.name, 'id')).out, 'u 1');
  match((await dbusSend(`--dest=${NAME}`, `${ROOT}/9`, `${Session.name}.Name`)).err, /UnknownObject/);
  match(
    (await dbusSend(`--dest=${NAME}`, `${ROOT}/3`, `${Session.name}.Name`)).err,
    /UnknownMethod: no \/com/,
  );
  equal(
    (await busctl('tree', '--list', NAME)).out,
    ['/', '/com', '/com/example', ROOT, `${ROOT}/1`, `${ROOT}/2`].join('\n'),
  );
  ids.delete(2);
  match((await dbusSend(`--dest=${NAME}`, `${ROOT}/2`, `${Session.name}.Name`)).err, /UnknownObject/);
});

test('ObjectManager lists and announces what the caller may read', async t => {
  const bus = await startBus(t);
  const [service, client] = [await bus.connect(), await bus.connect()];
  const server = await serve(service, { authorize: ({ member }) => member !== 'secret' });
  server.manage(ROOT);
  server.export(`${ROOT}/1`, session(1));
  server.exportBelow(ROOT, {
    find: path => (path === `${ROOT}/7` ? [session(7)] : undefined),
    list: () => [`${ROOT}/7`],
  });
  await service.requestName(NAME);
  const { gdbus } = judgesOf(bus.address);
  const listed = await gdbus('call', '-d', NAME, '-o', ROOT, '-m', `${ObjectManager.name}.GetManagedObjects`);
  equal(
    listed.out,
    "({objectpath '/com/example/sessions/1': {'com.example.Session': {'id': <uint32 1>}}, " +
      "'/com/example/sessions/7': {'com.example.Session': {'id': <uint32 7>}}},)",
  );

  const manager = createProxy(client, ObjectManager, { destination: NAME, path: ROOT });
  const told: unknown[] = [];
  const done = Promise.withResolvers<void>();
  await manager.on('InterfacesAdded', args => told.push(args));
  await manager.on('InterfacesRemoved', args => {
    told.push(args);
    if (told.length === 4) done.resolve();
  });
  server.export(`${ROOT}/2`, session(2));
  await server.objectAdded(`${ROOT}/7`);
  equal(server.remove(`${ROOT}/2`), true);
  equal(server.remove(`${ROOT}/2`), false);
  server.objectRemoved(`${ROOT}/7`, [Session.name]);
  await within('the signals are heard', done.promise);
  const interfaces = (id: number) => new Map([[Session.name, new Map([['id', new Variant('u', id)]])]]);
  deepEqual(told, [
    [`${ROOT}/2`, interfaces(2)],
    [`${ROOT}/7`, interfaces(7)],
    [`${ROOT}/2`, [Session.name]],
    [`${ROOT}/7`, [Session.name]],
  ]);
});

test('nothing is allowed unless authorize says true', async t => {
  const bus = await startBus(t);
  const client = await bus.connect();
  const proxy = (service: { uniqueName: string }) =>
    createProxy(client, Session, { destination: service.uniqueName, path: '/s' });
  await rejects(serve(client, {} as never), /nothing is allowed by default/);
  const denied = { errorName: 'org.freedesktop.DBus.Error.AccessDenied' };
  for (const authorize of [
    () => false,
    () => undefined as unknown as boolean,
    () => 1 as unknown as boolean,
    async () => false,
  ]) {
    const service = await bus.connect();
    const server = await serve(service, { authorize, onError: () => {} });
    server.export('/s', session(1));
    await rejects(proxy(service).call('Name', []), denied);
    await rejects(proxy(service).get('id'), denied);
    deepEqual(await proxy(service).getAll(), {});
    const introspect = { interface: 'org.freedesktop.DBus.Introspectable', member: 'Introspect' };
    await rejects(client.call({ destination: service.uniqueName, path: '/s', ...introspect }), denied);
  }
});

test('an authorize that fails refuses, and is reported', async t => {
  const bus = await startBus(t);
  const [service, client] = [await bus.connect(), await bus.connect()];
  const errors: unknown[] = [];
  const authorize = () => {
    throw new Error('the database is down');
  };
  const server = await serve(service, { authorize, onError: error => errors.push(error) });
  server.export('/s', session(1));
  const proxy = createProxy(client, Session, { destination: service.uniqueName, path: '/s' });
  const failed = { errorName: 'org.freedesktop.DBus.Error.Failed', message: /failed inside the service/ };
  await rejects(proxy.call('Name', []), failed);
  await rejects(proxy.get('id'), failed);
  deepEqual(await proxy.getAll(), {});
  equal(errors.length, 4);
});

test('a finder or an error text that goes wrong ends nothing', async t => {
  const bus = await startBus(t);
  const [service, client] = [await bus.connect(), await bus.connect()];
  const errors: unknown[] = [];
  const server = await serve(service, { authorize: () => true, onError: error => errors.push(error) });
  server.exportBelow('/below', {
    find(path) {
      if (path === '/below/long') throw new DBusError('com.example.Error.Long', 'x\0'.repeat(30_000_000));
      throw new Error('internal');
    },
  });
  const call = { destination: service.uniqueName, interface: 'a.b', member: 'C' };
  await rejects(client.call({ ...call, path: '/below/a' }), { message: 'The service failed' });
  await rejects(client.call({ ...call, path: '/below/long' }), { errorName: 'com.example.Error.Long' });
  equal(errors.length, 1);
});

test('authorize gets the caller and every access, and may answer in its own words', async t => {
  const bus = await startBus(t);
  const [service, client] = [await bus.connect(), await bus.connect()];
  const seen: string[] = [];
  const server = await serve(service, {
    async authorize({ caller, operation, path, interface: iface, member }) {
      equal(caller.name, client.uniqueName);
      equal(caller.uid, process.getuid?.());
      equal(caller.pid, process.pid);
      seen.push(`${operation} ${path} ${iface}.${member}`);
      if (member === 'secret') throw new DBusError('com.example.Error.ready', 'Missing user credentials');
      return true;
    },
  });
  server.export('/s', session(1));
  const proxy = createProxy(client, Session, { destination: service.uniqueName, path: '/s' });
  await proxy.call('Name', []);
  await proxy.getAll();
  await rejects(proxy.get('secret'), {
    errorName: 'com.example.Error.ready',
    message: 'Missing user credentials',
  });
  await client.call({
    destination: service.uniqueName,
    path: '/',
    interface: 'org.freedesktop.DBus.Peer',
    member: 'Ping',
  });
  deepEqual(seen, [
    'call /s com.example.Session.Name',
    'get /s com.example.Session.id',
    'get /s com.example.Session.secret',
    'get /s com.example.Session.secret',
    'call / org.freedesktop.DBus.Peer.Ping',
  ]);
});

test('mistakes of the programmer are told when they are made', async t => {
  const bus = await startBus(t);
  const server = await serve(await bus.connect(), { authorize: () => true });
  server.export('/s', session(1));
  throws(() => server.export('/s', session(2)), /has com.example.Session already/);
  throws(() => server.export('bad', session(2)), /no object path/);
  throws(() => server.export('/t', implement(Properties, { methods: {} } as never)), /no handler|already/);
  throws(() => implement(Session, { methods: {}, properties: {} } as never), /Session.Name has no handler/);
  throws(() => defineInterface({ name: 'nodots' }), /no interface name/);
  throws(() => defineInterface({ name: 'a.b', methods: { 'has-dash': {} } }), /no member name/);
  throws(() => defineInterface({ name: 'a.b', methods: { A: { in: ['h fd'] } } }), /file descriptors/);
  throws(() => defineInterface({ name: 'a.b', methods: { A: { in: ['a{vs} d'] } } }), /not one complete/);
  throws(() => defineInterface({ name: 'a.b', signals: { A: { args: ['s bad-name'] } } }), /needs the form/);
});
