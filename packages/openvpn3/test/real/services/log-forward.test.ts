import { deepEqual, equal, match } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Bus, defineInterface, implement, Variant } from '@ovpnkit/dbus';
import { eventually, startAccountsServer } from '@ovpnkit/lab/testing';
import { BACKEND_SESSION_PATH, BACKENDS, LOG, SESSIONS, SESSIONS_PATH, StatusMinor } from '@ovpnkit/openvpn3';
import { ask, unwrap } from '../answer.ts';
import { startBackendProcess } from '../backend-process.ts';
import { startConfigurationManager } from '../configuration-manager.ts';
import { startStandIn } from '../stand-in.ts';
import { skip } from '../test-bed.ts';
import {
  ACCESS_DENIED,
  attachBackend,
  call,
  DAEMON,
  GDBUSPP,
  get,
  heard,
  isRefused,
  LOG_ERROR,
  listen,
  NOBODY,
  openLog,
  PROPERTIES,
  SESSION,
} from './log-stage.ts';

const Sessions = defineInterface({ name: SESSIONS, properties: { version: { type: 's', access: 'read' } } });

describe('what the log service forwards', { skip, concurrency: 2 }, () => {
  it('forwards what a session tells to the one who may see it, and to nobody else', async t => {
    const { bus, start } = await openLog(t);
    const { uniqueName: log } = await start();
    const { bus: sessions } = await bus.connectAs();
    await sessions.requestName(SESSIONS);
    const { bus: owner } = await bus.connectAs(NOBODY);
    const { bus: stranger } = await bus.connectAs(DAEMON);
    const [forOwner, forStranger] = [await listen(owner, BACKENDS), await listen(stranger, BACKENDS)];
    const backend = await attachBackend(bus);
    const forward = () => call(sessions, 'ProxyLogEvents', 'so', owner.uniqueName, SESSION);
    isRefused(await forward(), LOG_ERROR, 'GDBus.Error:net.openvpn.v3.log.error: No session available');
    unwrap(await call(backend.own, 'AssignSession', 'os', SESSION, BACKENDS));
    isRefused(
      await call(sessions, 'ProxyLogEvents', 'so', ':9.9', SESSION),
      LOG_ERROR,
      "GDBus.Error:net.openvpn.v3.log.error: ':9.9' is not on the bus",
    );
    const [path] = unwrap(await forward()) as [string];
    match(
      path,
      /^\/net\/openvpn\/v3\/log\/proxy\/[0-9a-f]{8}l[0-9a-f]{4}l4[0-9a-f]{3}l[0-9a-f]{4}l[0-9a-f]{12}$/,
    );
    deepEqual(unwrap(await forward()), [path]);

    backend.log(log, 'DEBUG', 'a detail');
    backend.status(log, 2, 7, '');
    backend.own.signal({
      path: '/',
      interface: BACKENDS,
      member: 'Other',
      signature: 's',
      body: ['x'],
      to: log,
    });
    backend.log(log, 'INFO', 'the last');
    await eventually('all of it arrives', () => forOwner.length === 3);
    deepEqual(
      forOwner.map(({ sender, path: from, interface: iface, member, signature, body }) => [
        ...[sender, from, iface, member, signature],
        ...body,
      ]),
      [
        [log, SESSION, BACKENDS, 'Log', 'uus', 7, 1, 'a detail'],
        [log, SESSION, BACKENDS, 'StatusChange', 'uus', 2, 7, ''],
        [log, SESSION, BACKENDS, 'Log', 'uus', 7, 4, 'the last'],
      ],
    );

    const proxy = { destination: LOG, path };
    const ofProxy = (from: Bus, member: string, signature: string, ...body: unknown[]) =>
      ask(from, {
        ...proxy,
        interface: PROPERTIES,
        member,
        signature,
        body: [LOG, ...body],
      });
    const all = unwrap(await ofProxy(sessions, 'GetAll', 's'))[0] as Map<string, Variant>;
    deepEqual(Object.fromEntries([...all].map(([name, { value }]) => [name, value])), {
      log_level: 6,
      session_path: SESSION,
      target: owner.uniqueName,
    });
    unwrap(await ofProxy(sessions, 'Set', 'ssv', 'log_level', new Variant('u', 2)));
    backend.log(log, 'INFO', 'not grave enough');
    backend.log(log, 'WARN', 'grave enough');
    await eventually('it arrives', () => forOwner.length === 4);
    equal(forOwner[3]?.body[2], 'grave enough');

    const remove = { ...proxy, interface: LOG, member: 'Remove' };
    isRefused(await ask(backend.own, remove), GDBUSPP, 'GDBus.Error:net.openvpn.gdbuspp: Access denied');
    isRefused(await ofProxy(backend.own, 'Get', 'ss', 'target'), ACCESS_DENIED, 'Access denied');
    unwrap(await ask(sessions, remove));
    isRefused(
      await ask(sessions, remove),
      'org.freedesktop.DBus.Error.UnknownMethod',
      `Object does not exist at path “${path}”`,
    );
    backend.log(log, 'FATAL', 'to nobody');
    // An answer comes behind everything that was sent before it, in either direction.
    for (const user of [backend.own, owner]) await get(user, 'version');
    equal(forOwner.length, 4);
    deepEqual(forStranger, []);
  });

  it('carries what a real backend tells, from its registration to its end, to its user and into the log', async t => {
    const { bus, start } = await openLog(t, { args: ['--log-level', '6'] });
    const service = await start();
    const server = await startAccountsServer(t);
    const configurations = await startConfigurationManager(bus);
    const { standIn, bus: sessions } = await startStandIn(bus, SESSIONS, {
      [SESSIONS_PATH]: implement(Sessions, { properties: { version: { get: () => 'v27' } } }),
    });
    const { bus: owner } = await bus.connectAs(NOBODY);
    const heardByOwner = await listen(owner, BACKENDS);
    const token = '4cf0b3d5t2b1dt4f2ct9d0et8a7b6c5d4e3f';
    await startBackendProcess(t, { bus, namespace: server.namespace(0), token });
    const [destination] = (await standIn.signals.next('RegistrationRequest')).args;
    const at = { destination: String(destination), path: BACKEND_SESSION_PATH, interface: BACKENDS };
    const config = configurations.register(await server.profile('cert'));
    const body = [token, SESSION, config];
    unwrap(await ask(sessions, { ...at, member: 'RegistrationConfirmation', signature: 'soo', body }));
    await eventually('its session is assigned', async () => {
      const answer = await call(sessions, 'ProxyLogEvents', 'so', owner.uniqueName, SESSION);
      return 'ok' in answer;
    });
    unwrap(await ask(sessions, { ...at, member: 'Connect' }));
    await standIn.signals.next('StatusChange', ([, minor]) => minor === StatusMinor.CONN_CONNECTED);
    unwrap(await ask(sessions, { ...at, member: 'Disconnect' }));
    const isEnd = ([member, , minor]: unknown[]) =>
      member === 'StatusChange' && minor === StatusMinor.CONN_DONE;
    const arrived = () => heardByOwner.map(({ member, body: args }): unknown[] => [member, ...args]);
    await eventually('the end arrives', () => arrived().some(isEnd));

    const sent = standIn.signals.all
      .filter(({ interface: iface }) => iface === BACKENDS)
      .map(({ member, args }): unknown[] => [member, args[0], args[1], args.at(-1)]);
    const wanted = sent.slice(
      sent.findIndex(([, , minor]) => minor === StatusMinor.CONN_CONNECTING),
      sent.findIndex(isEnd) + 1,
    );
    // What came before the forwarding began is not told again.
    deepEqual(
      arrived()
        .slice(0, arrived().findIndex(isEnd) + 1)
        .slice(-wanted.length),
      wanted,
    );
    deepEqual(
      heardByOwner.filter(({ sender, path, body: args }) => {
        return sender !== service.uniqueName || path !== SESSION || args.includes(token);
      }),
      [],
    );
    await heard(service, 'Client INFO: Connected: ');
    match(service.output(), /^\{tag:\d+\} Client INFO: Connected: /m);
  });
});
