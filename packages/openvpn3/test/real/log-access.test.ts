// The policy of the bus lets few of these calls through; the services do not rely on it.
import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { type Access, type Bus, serve } from '@ovpnkit/dbus';
import { startBus } from '@ovpnkit/lab/testing';
import { BACKENDS, BACKENDS_PATH, backendName, LOG, LOG_PATH, SESSIONS } from '../../src/contract/names.ts';
import { authorizeLog } from '../../src/services/log/authorize.ts';
import { createProxies } from '../../src/services/log/proxies.ts';
import { authorizeStarter } from '../../src/services/starter/authorize.ts';

const OWN_UID = 999;

/** A call of one of us on the bus, as if the bus had told this uid and process id. */
const accessOf = (
  bus: Bus,
  uid: number | undefined,
  { pid = 1, ...what }: Pick<Access, 'operation' | 'interface' | 'path' | 'member'> & { pid?: number },
): Access => ({ ...what, caller: { name: bus.uniqueName, uid, pid, gone: new AbortController().signal } });

test('the log service serves each one what is theirs', async t => {
  const { connect } = await startBus(t);
  const [service, sessions, backend, plain] = [
    await connect(),
    await connect(),
    await connect(),
    await connect(),
  ];
  await sessions.requestName(SESSIONS);
  await backend.requestName(backendName(1));
  const proxies = createProxies(await serve(service, { authorize: () => true }));
  const authorize = authorizeLog(service, proxies, OWN_UID);
  const users: Record<string, [Bus, uid: number | undefined]> = {
    stranger: [plain, 1000],
    unknown: [plain, undefined],
    root: [plain, 0],
    service: [plain, OWN_UID],
    sessions: [sessions, OWN_UID],
    backend: [backend, OWN_UID],
    'a stranger with the name of a backend': [backend, 1000],
  };
  const allowedFor = async (
    what: Pick<Access, 'operation' | 'member'>,
    at = { interface: LOG, path: LOG_PATH },
  ) => {
    const allowed: string[] = [];
    for (const [name, [bus, uid]] of Object.entries(users)) {
      const answer = authorize(accessOf(bus, uid, { ...what, ...at }));
      if (await Promise.resolve(answer).catch(() => false)) allowed.push(name);
    }
    return allowed;
  };
  const everybody = Object.keys(users);
  const ownUsers = ['service', 'sessions', 'backend'];
  deepEqual(await allowedFor({ operation: 'get', member: 'log_level' }), everybody);
  deepEqual(await allowedFor({ operation: 'set', member: 'log_level' }), ['root', ...ownUsers]);
  deepEqual(await allowedFor({ operation: 'call', member: 'Attach' }), ownUsers);
  deepEqual(await allowedFor({ operation: 'call', member: 'Detach' }), ownUsers);
  deepEqual(await allowedFor({ operation: 'call', member: 'AssignSession' }), ['backend']);
  deepEqual(await allowedFor({ operation: 'call', member: 'ProxyLogEvents' }), ['sessions']);
  deepEqual(await allowedFor({ operation: 'call', member: 'GetSubscriberList' }), ['root', ...ownUsers]);
  deepEqual(await allowedFor({ operation: 'call', member: 'Nothing' }), []);

  const proxy = proxies.open({
    session: '/session',
    target: ':1.99',
    targetUid: 1000,
    owner: sessions.uniqueName,
  });
  for (const operation of ['call', 'get', 'set'] as const) {
    const what = { operation, member: 'Remove' };
    deepEqual(await allowedFor(what, { interface: LOG, path: proxy.path }), [
      'stranger',
      'sessions',
      'a stranger with the name of a backend',
    ]);
  }
  const standard = { interface: 'org.freedesktop.DBus.Introspectable', path: LOG_PATH };
  deepEqual(await allowedFor({ operation: 'call', member: 'Introspect' }, standard), everybody);
});

test('the starter starts backends for its own user, and refuses others in the words of GDBus++', async t => {
  const { connect } = await startBus(t);
  const bus = await connect();
  const authorize = authorizeStarter(OWN_UID);
  const start = {
    interface: BACKENDS,
    path: BACKENDS_PATH,
    operation: 'call',
    member: 'StartClient',
  } as const;
  equal(await authorize(accessOf(bus, OWN_UID, start)), true);
  for (const uid of [0, 1000, undefined]) {
    await rejects(async () => authorize(accessOf(bus, uid, start)), {
      errorName: 'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2egdbuspp.Code36',
      message:
        `GDBus.Error:net.openvpn.gdbuspp: Autorization failed for ${bus.uniqueName} performing method call ` +
        'net.openvpn.v3.backends.StartClient in object /net/openvpn/v3/backends',
    });
    equal(await authorize(accessOf(bus, uid, { ...start, operation: 'get', member: 'version' })), true);
  }
});
