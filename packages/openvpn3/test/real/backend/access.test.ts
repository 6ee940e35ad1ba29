import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { type Bus, Variant } from '@ovpnkit/dbus';
import { eventually } from '@ovpnkit/lab/testing';
import { BACKEND_SESSION_PATH, BACKENDS } from '@ovpnkit/openvpn3';
import { type Answer, ask, unwrap } from '../answer.ts';
import type { Backend } from '../backend.ts';
import { startSessionManager } from '../session-manager.ts';
import { openTestBed, skip } from '../test-bed.ts';
import { connectSession, openSession } from './session.ts';

const ERROR = 6;
const methods: [member: string, signature: string, ...args: unknown[]][] = [
  ['RegistrationConfirmation', 'soo', 'token', '/session', '/configuration'],
  ['RegistrationConfirmation', 'so', 'token', '/configuration'],
  ['Ping', ''],
  ['Ready', ''],
  ['Connect', ''],
  ['Pause', 's', 'a while'],
  ['Resume', ''],
  ['Restart', ''],
  ['Disconnect', ''],
  ['ForceShutdown', ''],
  ['UserInputQueueGetTypeGroup', ''],
  ['UserInputQueueCheck', 'uu', 1, 1],
  ['UserInputQueueFetch', 'uuu', 1, 1, 0],
  ['UserInputProvide', 'uuus', 1, 1, 0, 'x'],
];

const to = ({ busName }: Backend) => ({ destination: busName, path: BACKEND_SESSION_PATH });
const call = (bus: Bus, backend: Backend, [member, signature, ...body]: (typeof methods)[number]) =>
  ask(bus, { ...to(backend), interface: BACKENDS, member, signature, body });
const property = (bus: Bus, backend: Backend, member: string, signature: string, ...body: unknown[]) =>
  ask(bus, { ...to(backend), interface: 'org.freedesktop.DBus.Properties', member, signature, body });

function refusalOf(answer: Answer): [name: string, message: string] {
  ok('error' in answer, 'it is not refused');
  return [answer.error, answer.message];
}

test('only the session manager may call, and a refusal is an error and a Log', { skip }, async t => {
  const bed = await openTestBed(t);
  const backend = await openSession(bed, 'cert');
  await connectSession(backend);
  const { bus } = await bed.bus.connectAs();
  const statuses = backend.statuses().length;
  const mangled = 'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2egdbuspp.Code36';
  for (const method of methods) {
    const target = `${BACKENDS}.${method[0]} in object ${BACKEND_SESSION_PATH}`;
    const text = `Autorization failed for ${bus.uniqueName} performing method call ${target}`;
    const answer = await call(bus, backend, method);
    deepEqual(refusalOf(answer), [mangled, `GDBus.Error:net.openvpn.gdbuspp: ${text}`]);
  }
  const refusals = () =>
    [backend.signals, backend.logged].map(
      ({ all }) =>
        all.filter(
          ({ member, args }) => member === 'Log' && args[1] === ERROR && String(args[3]).includes('caller='),
        ).length,
    );
  // The session manager's own call comes behind all of them.
  unwrap(await backend.call('Ping'));
  equal(refusals()[0], methods.length);
  // The log service has a connection of its own.
  await eventually('the log service has them too', () => refusals()[1] === methods.length);
  equal(backend.statuses().length, statuses);
});

test('other programs of the user openvpn read what is no secret, and write nothing', { skip }, async t => {
  const bed = await openTestBed(t);
  const backend = await openSession(bed, 'cert');
  const { bus } = await bed.bus.connectAs();
  for (const name of ['session_path', 'dco', 'device_path', 'log_level', 'connection', 'status'])
    unwrap(await property(bus, backend, 'Get', 'ss', BACKENDS, name));
  for (const name of ['device_name', 'session_name', 'statistics', 'last_log_line']) {
    const target = `${BACKENDS}.${name} in object ${BACKEND_SESSION_PATH}`;
    deepEqual(refusalOf(await property(bus, backend, 'Get', 'ss', BACKENDS, name)), [
      'org.freedesktop.DBus.Error.AccessDenied',
      `Autorization failed for ${bus.uniqueName} reading property ${target}`,
    ]);
  }
  for (const [name, value] of [
    ['log_level', new Variant('u', 6)],
    ['dco', new Variant('b', true)],
  ] as const)
    match(
      refusalOf(await property(bus, backend, 'Set', 'ssv', BACKENDS, name, value))[1],
      /setting property/,
    );
  deepEqual([await backend.get('log_level'), await backend.get('dco')], [3, false]);
});

test('without a session manager nobody may call, and the next one has the tunnel', { skip }, async t => {
  const bed = await openTestBed(t);
  const backend = await openSession(bed, 'cert');
  await connectSession(backend);
  const { bus } = await bed.bus.connectAs();
  await bed.sessions.kill();
  match(
    refusalOf(await call(bus, backend, ['Ping', '']))[1],
    /^GDBus\.Error:net\.openvpn\.gdbuspp\.request: Failed to retrieve unique bus name for 'net\.openvpn\.v3\.sessions': /,
  );
  const next = await startSessionManager(bed.bus, 'v27');
  const request = await next.signals.next('RegistrationRequest');
  deepEqual(request.args, [backend.busName, backend.token, backend.pid]);
  deepEqual((await next.signals.next('StatusChange')).args, [2, 7, '']);
  unwrap(await next.call(backend.busName, 'Pause', ['a while']));
  unwrap(await next.call(backend.busName, 'Resume'));
  await next.signals.next('StatusChange', ([, minor]) => minor === 7);
  unwrap(await next.call(backend.busName, 'Disconnect'));
  await backend.exited;
});

test('who gave the name away may not call any longer', { skip }, async t => {
  const bed = await openTestBed(t, { server: false });
  const backend = await bed.startBackend();
  unwrap(await backend.call('Ping'));
  await bed.sessions.release();
  refusalOf(await backend.call('Ping'));
  await rejects(backend.get('statistics'));
  await bed.sessions.acquire();
  unwrap(await backend.call('Ping'));
});
