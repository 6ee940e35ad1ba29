import { deepEqual, equal, match, ok, rejects, throws } from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { DBusError } from '@ovpnkit/dbus';
import { eventually, isRunning } from '@ovpnkit/lab/testing';
import { openvpnProgram } from '@ovpnkit/management/daemon';
import {
  BACKEND_SESSION_PATH,
  BACKENDS,
  CONFIGURATION,
  LOG,
  LOG_PATH,
  NETCFG,
  SESSIONS,
} from '@ovpnkit/openvpn3';
import { ask, unwrap } from '../answer.ts';
import { serviceVariables } from '../service-variables.ts';
import { openTestBed, skip, type TestBedOptions } from '../test-bed.ts';

const ACCESS_DENIED = 'org.freedesktop.DBus.Error.AccessDenied';
const NOBODY = { uid: 65534, gid: 65534 };

/** A bed without a server, and the least backend in it. */
async function openSmallBed(t: TestContext, options: TestBedOptions = {}) {
  return openTestBed(t, { server: false, ...options });
}

const program = (root: string, node: string): string[] => [
  node,
  `${root}/packages/openvpn3/test/real/least-backend.ts`,
];

describe('the test bed for OpenVPN 3', { skip, concurrency: true }, () => {
  it('starts a backend as the user openvpn, with one capability and no environment', async t => {
    const bed = await openSmallBed(t);
    const backend = await bed.startBackend({ program });
    equal(backend.exitCode, 0);
    const { uid, environment, effectiveCapabilities, boundingCapabilities, openFiles, ...facts } =
      backend.facts();
    const NET_ADMIN = 1n << 12n;
    equal(uid, bed.bus.user.uid);
    deepEqual(environment, serviceVariables(bed.bus.address));
    deepEqual([effectiveCapabilities, boundingCapabilities], [NET_ADMIN, NET_ADMIN]);
    deepEqual([facts.workingDirectory, openFiles.get(0)], ['/', '/dev/null']);
    equal(facts.commandLine.at(-1), backend.token);
    ok(facts.rssBytes >= facts.pssBytes && facts.pssBytes > 1_000_000);
    deepEqual(backend.daemons(), []);
  });

  it('has a backend confirmed, called and ended by its session manager', async t => {
    const bed = await openSmallBed(t);
    const backend = await bed.startBackend({ program });
    const path = bed.configurations.register('client\n');
    deepEqual(unwrap(await backend.confirm(path)), ['profile']);
    deepEqual(await backend.waitForStatus('CFG_OK'), [2, 2, `config_path=${path}`]);
    deepEqual(backend.statuses(), ['CFG_OK']);
    equal(await backend.get('session_path'), backend.sessionPath);
    deepEqual(unwrap(await backend.call('Ping')), [true]);
    const wrong = await backend.callWith({ signature: 'u' }, 'Ping', 1);
    ok('error' in wrong && wrong.error === 'org.freedesktop.DBus.Error.InvalidArgs');
    await rejects(backend.get('nothing'), { errorName: 'org.freedesktop.DBus.Error.UnknownProperty' });
    unwrap(await backend.call('Disconnect'));
    await backend.exited;
  });

  it('refuses root and others at the bus, and does not let the user openvpn introspect a backend', async t => {
    const bed = await openSmallBed(t);
    const { busName } = await bed.startBackend({ program });
    const at = { destination: busName, path: BACKEND_SESSION_PATH };
    const Ping = { ...at, interface: BACKENDS, member: 'Ping' };
    const Get = {
      ...at,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'Get',
      signature: 'ss',
      body: [BACKENDS, 'session_path'],
    };
    const Introspect = { ...at, interface: 'org.freedesktop.DBus.Introspectable', member: 'Introspect' };
    const users = [await bed.bus.connect(), (await bed.bus.connectAs(NOBODY)).bus];
    for (const bus of users) {
      for (const call of [Ping, Get, Introspect]) {
        const answer = await ask(bus, call);
        ok('error' in answer && answer.error === ACCESS_DENIED, `${call.member}: ${JSON.stringify(answer)}`);
        match(answer.message, /^Rejected send message, 1 matched rules; type="method_call"/);
      }
      for (const name of [SESSIONS, LOG, CONFIGURATION, `${BACKENDS}.be1`]) {
        await rejects(bus.requestName(name), { errorName: ACCESS_DENIED });
      }
    }
    const { bus } = await bed.bus.connectAs();
    deepEqual(unwrap(await ask(bus, Ping)), [true]);
    unwrap(await ask(bus, Get));
    const answer = await ask(bus, Introspect);
    ok('error' in answer && answer.error === ACCESS_DENIED);
  });

  it('lets each user call at the bus what the policies of the services allow', async t => {
    const bed = await openSmallBed(t);
    const { bus: openvpn } = await bed.bus.connectAs();
    const { bus: nobody } = await bed.bus.connectAs(NOBODY);
    await openvpn.requestName(NETCFG);
    await openvpn.requestName(BACKENDS);
    const users = { root: await bed.bus.connect(), openvpn, nobody };
    const path = (service: string) => `/${service.replaceAll('.', '/')}`;
    const allowed: [string, string, (keyof typeof users)[]][] = [
      [SESSIONS, 'NewTunnel', ['root', 'openvpn', 'nobody']],
      [SESSIONS, 'TransferOwnership', ['root']],
      [SESSIONS, 'Nothing', []],
      [CONFIGURATION, 'Import', ['root', 'openvpn', 'nobody']],
      [CONFIGURATION, 'TransferOwnership', ['root']],
      [LOG, 'Attach', ['openvpn']],
      [LOG, 'GetSubscriberList', ['root']],
      [BACKENDS, 'StartClient', ['openvpn']],
      [NETCFG, 'Establish', ['openvpn']],
      [NETCFG, 'FetchInterfaceList', ['root']],
    ];
    for (const [service, member, expected] of allowed) {
      const found: string[] = [];
      for (const [name, bus] of Object.entries(users)) {
        const call = { destination: service, path: path(service), interface: service, member };
        // Whatever the service itself says, the bus has let it through.
        const answer = await ask(bus, call);
        if (!('error' in answer && answer.error === ACCESS_DENIED)) found.push(name);
      }
      deepEqual(found, expected, `${service}.${member}`);
    }
  });

  it('keeps the signals of backends from everybody but the user openvpn', async t => {
    const bed = await openSmallBed(t);
    const [openvpn, nobody] = [await bed.bus.connectAs(), await bed.bus.connectAs(NOBODY)];
    const heard: string[] = [];
    const listen = (name: string) => (signal: { readonly body: readonly unknown[] }) =>
      heard.push(`${name} ${signal.body[2]}`);
    await openvpn.bus.subscribe({ interface: BACKENDS }, listen('openvpn'));
    await nobody.bus.subscribe({ interface: BACKENDS }, listen('nobody'));
    const say = (from: typeof openvpn.bus, text: string) =>
      from.signal({
        path: BACKEND_SESSION_PATH,
        interface: BACKENDS,
        member: 'StatusChange',
        signature: 'uus',
        body: [2, 7, text],
      });
    const backend = await bed.bus.connectAs();
    say(backend.bus, 'from a backend');
    await eventually('openvpn hears it', () => heard.length > 0);
    // What the log service forwards is for everybody.
    await bed.log.release();
    await backend.bus.requestName(LOG);
    say(backend.bus, 'forwarded');
    await eventually('both hear it', () => heard.length === 3);
    deepEqual(heard.toSorted(), ['nobody forwarded', 'openvpn forwarded', 'openvpn from a backend']);
  });

  it('has a configuration manager with profiles that are fetched once or often', async t => {
    const bed = await openSmallBed(t);
    const { bus } = await bed.bus.connectAs();
    const path = bed.configurations.register('first\n', { name: 'one', singleUse: true });
    const call = { destination: CONFIGURATION, path, interface: CONFIGURATION, member: 'Fetch' };
    deepEqual(unwrap(await ask(bus, call)), ['first\n']);
    const again = await ask(bus, call);
    ok('error' in again && /UnknownMethod|UnknownObject/.test(again.error));
    deepEqual(bed.configurations.accesses, [`Fetch ${path}`]);
  });

  it('has stand-ins that are late, silent, gone and back', async t => {
    const bed = await openSmallBed(t);
    const { bus } = await bed.bus.connectAs();
    const attach = {
      destination: LOG,
      path: LOG_PATH,
      interface: LOG,
      member: 'Attach',
      signature: 's',
      body: [BACKENDS],
    };
    await bed.log.freeze();
    await rejects(ask(bus, attach, { timeoutMs: 50 }), { name: 'TimeoutError' });
    await bed.log.thaw();
    unwrap(await ask(bus, attach));
    deepEqual(
      bed.log.calls.map(({ member, args, sender }) => [member, ...args, sender]),
      Array(2).fill(['Attach', BACKENDS, bus.uniqueName]),
    );
    bed.log.refuse(new DBusError('net.openvpn.v3.error.test', 'not now'));
    await rejects(async () => unwrap(await ask(bus, attach)), { message: 'not now' });
    await bed.log.release();
    const released = await ask(bus, attach);
    ok('error' in released && released.error === 'org.freedesktop.DBus.Error.ServiceUnknown');
    await bed.log.acquire();
    await bed.log.kill();
    ok('error' in (await ask(bus, attach)));
  });

  it('says at once why a backend did not register', async t => {
    const bed = await openSmallBed(t, { log: false, resolver: false });
    const failing = () => ['sh', '-c', 'echo no bus today; exit 3'];
    await rejects(bed.startBackend({ program: failing }), /ended with 3; it printed no bus today/);
    throws(() => bed.log, /has no log service/);
  });

  it('keeps what systemd-resolved is asked to do, and starts services that are called', async t => {
    const name = 'net.openvpn.v3.netcfg';
    const bed = await openSmallBed(t, { activation: [{ name, exec: '/bin/false' }] });
    const { bus } = await bed.bus.connectAs();
    const manager = { destination: 'org.freedesktop.resolve1', path: '/org/freedesktop/resolve1' };
    const RevertLink = { ...manager, interface: 'org.freedesktop.resolve1.Manager', member: 'RevertLink' };
    unwrap(await ask(bus, { ...RevertLink, signature: 'i', body: [7] }));
    deepEqual(bed.resolver.calls, [['RevertLink', 7]]);
    const ping = { destination: name, path: '/', interface: 'org.freedesktop.DBus.Peer', member: 'Ping' };
    const answer = await ask(bus, ping);
    ok('error' in answer && answer.error === 'org.freedesktop.DBus.Error.Spawn.ChildExited');
  });

  it('lets the user openvpn run openvpn in the network of a client, and finds it', async t => {
    const bed = await openTestBed(t);
    const file = join(bed.bus.folder, 'profile.ovpn');
    await writeFile(file, await bed.server.profile('cert'));
    const script = 'exec "$0" --config "$1" --daemon ovpn --log /dev/null';
    const process = await bed.launch({ program: () => ['sh', '-c', script, openvpnProgram(), file] });
    equal(process.exitCode, 0);
    await eventually('it is let in', () => bed.server.decisions.length > 0);
    deepEqual(bed.server.decisions, [{ user: '', allowed: true }]);
    const [daemon, ...others] = process.processes();
    match(daemon?.commandLine[0] ?? '', /(^|\/)openvpn$/);
    equal(daemon?.uid, bed.bus.user.uid);
    deepEqual(others, []);
    const { lab } = bed.server;
    const [client] = lab.clients;
    ok(client);
    await eventually('the tunnel works', async () => (await lab.ping(client)) === 1);
  });

  it('ends a backend that does not end by itself', async t => {
    const pids: number[] = [];
    await t.test('a test that leaves it', async t => {
      const bed = await openSmallBed(t);
      pids.push((await bed.startBackend({ program })).pid);
      // A stopped process ends as well.
      process.kill(pids[0] ?? 0, 'SIGSTOP');
    });
    for (const pid of pids) {
      equal(isRunning(pid), false);
    }
  });
});
