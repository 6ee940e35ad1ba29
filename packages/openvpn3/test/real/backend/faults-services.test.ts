// What goes wrong with the services around a backend.
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { DBusError } from '@ovpnkit/dbus';
import { eventually } from '@ovpnkit/lab/testing';
import { BACKENDS, SESSIONS, StatusMinor } from '@ovpnkit/openvpn3';
import { unwrap } from '../answer.ts';
import { startBusMonitor } from '../bus-monitor.ts';
import { type LogService, startLogService } from '../log-service.ts';
import { startSessionManager } from '../session-manager.ts';
import { openTestBed, skip, type TestBed, type TestBedOptions } from '../test-bed.ts';
import { connected, launchWatched, nothing, startWatched } from './watched-backend.ts';

const PROFILE = 'client\ndev tun\nremote 198.18.0.254\nauth-user-pass\n<ca>\nx\n</ca>\n';

async function openSmallBed(t: TestContext, options: TestBedOptions = {}): Promise<TestBed> {
  return openTestBed(t, { server: false, resolver: false, ...options });
}

describe('a session manager that goes wrong', { skip, concurrency: 3 }, () => {
  it('is not there: the process ends at once', async t => {
    const bed = await openSmallBed(t);
    await bed.sessions.release();
    const started = await launchWatched(bed);
    deepEqual(await started.remains(), nothing);
    match(
      started.output(),
      /Nobody owns net.openvpn.v3.sessions on the bus; start the session manager first/,
    );
  });

  it('has a wrong token, then the right one, then confirms again', async t => {
    const bed = await openSmallBed(t);
    const backend = await startWatched(bed);
    const path = bed.configurations.register(PROFILE);
    const wrong = await backend.call('RegistrationConfirmation', 'no', backend.sessionPath, path);
    ok('error' in wrong);
    match(wrong.message, /Invalid registration token/);
    const answers = await Promise.all([backend.confirm(path), backend.confirm(path)]);
    deepEqual(
      answers.map(answer => 'ok' in answer),
      [true, false],
    );
    ok('error' in answers[1] && /already registered/.test(answers[1].message));
    unwrap(await backend.call('Disconnect'));
    deepEqual(await backend.remains(), nothing);
  });

  it('dies in the middle of the registration: its successor has the session', async t => {
    const bed = await openSmallBed(t);
    const backend = await startWatched(bed);
    const path = bed.configurations.register(PROFILE);
    await bed.configurations.freeze();
    const asked = (await startBusMonitor(t, bed.bus)).next({ type: 'call', member: 'Get' });
    const answer = backend.confirm(path).catch(() => 'none');
    // The question is on its way when the answer cannot come any more.
    await asked;
    await bed.sessions.kill();
    await bed.configurations.thaw();
    equal(await answer, 'none');
    // Only the log service hears that the registration is over.
    await backend.logged.next('StatusChange', ([, code]) => code === StatusMinor.CFG_REQUIRE_USER);
    equal(backend.daemons().length, 1);
    const next = await startSessionManager(bed.bus, 'v27');
    const [, code] = (await next.signals.next('StatusChange')).args;
    equal(code, StatusMinor.CFG_REQUIRE_USER);
    unwrap(await next.call(backend.busName, 'Disconnect'));
    deepEqual(await backend.remains(), nothing);
  });

  it('dies while the tunnel is up: the tunnel stays, and the successor has it', async t => {
    const bed = await openTestBed(t, { resolver: false });
    const backend = await startWatched(bed);
    await connected(bed, backend, await bed.server.profile('cert'));
    await bed.sessions.kill();
    const next = await startSessionManager(bed.bus, 'v27');
    deepEqual((await next.signals.next('RegistrationRequest')).args, [
      backend.busName,
      backend.token,
      backend.pid,
    ]);
    deepEqual((await next.signals.next('StatusChange')).args, [2, StatusMinor.CONN_CONNECTED, '']);
    equal(backend.daemons().length, 1);
    unwrap(await next.call(backend.busName, 'Disconnect'));
    deepEqual(await backend.remains(), nothing);
  });
});

describe('a log service that goes wrong', { skip, concurrency: 3 }, () => {
  const attaching = ({ calls }: LogService) => calls.map(({ member, args }) => [member, ...args]);
  const known = (path: string) => [
    ['Attach', BACKENDS],
    ['Attach', SESSIONS],
    ['AssignSession', path, BACKENDS],
  ];

  it('comes late, and starts again: each is attached to, and gets the session assigned', async t => {
    const bed = await openSmallBed(t, { log: false });
    const backend = await startWatched(bed);
    unwrap(await backend.confirm(bed.configurations.register(PROFILE)));
    for (let life = 0; life < 2; life++) {
      const log = await startLogService(bed.bus);
      await eventually('it knows the session', () => log.calls.length === 3);
      deepEqual(attaching(log), known(backend.sessionPath));
      unwrap(await backend.call('Pause', 'for a log line'));
      unwrap(await backend.call('Resume'));
      await log.signals.next('StatusChange', ([, code]) => code === StatusMinor.CONN_RESUMING);
      await log.kill();
    }
    unwrap(await backend.call('Disconnect'));
    deepEqual(await backend.remains(), nothing);
  });

  const wrongs: [string, (bed: TestBed) => Promise<void> | void][] = [
    ['is silent', bed => bed.log.freeze()],
    ['refuses everything', bed => bed.log.refuse(new DBusError('net.openvpn.v3.error.test', 'not today'))],
  ];
  for (const [what, act] of wrongs) {
    it(`${what}: a tunnel does without it`, async t => {
      const bed = await openTestBed(t, { resolver: false });
      await act(bed);
      const backend = await startWatched(bed);
      await connected(bed, backend, await bed.server.profile('cert'));
      unwrap(await backend.call('Disconnect'));
      deepEqual(await backend.remains(), nothing);
    });
  }
});

describe('a bus that dies', { skip, concurrency: 3 }, () => {
  const states: [string, ...string[]][] = [
    ['registered'],
    ['connected', 'Connect'],
    ['paused', 'Connect', 'Pause'],
  ];
  for (const [state, ...calls] of states) {
    it(`ends a backend that is ${state}, and its daemon`, async t => {
      const bed = await openTestBed(t, { resolver: false });
      const backend = await startWatched(bed);
      unwrap(await backend.confirm(bed.configurations.register(await bed.server.profile('cert'))));
      for (const member of calls) {
        unwrap(await backend.call(member, ...(member === 'Pause' ? ['lunch'] : [])));
        if (member === 'Connect') await backend.waitForStatus('CONN_CONNECTED');
      }
      await bed.bus.kill();
      deepEqual(await backend.remains(), nothing);
    });
  }

  it('ends a backend that is not registered', async t => {
    const bed = await openSmallBed(t);
    const backend = await startWatched(bed);
    await bed.bus.kill();
    deepEqual(await backend.remains(), nothing);
  });

  it('was never there: the process says so and ends', async t => {
    const bed = await openSmallBed(t);
    await bed.bus.kill();
    const started = await launchWatched(bed);
    deepEqual(await started.remains(), nothing);
    match(started.output(), /openvpn3-service-client: .*bus/);
  });
});

describe('a resolver that goes wrong', { skip }, () => {
  it('is silent: a tunnel ends without it', async t => {
    const bed = await openTestBed(t, {
      resolver: false,
      server: { lines: ['push "dhcp-option DNS 198.19.0.1"'] },
    });
    const resolver = await bed.bus.connect();
    let calls = 0;
    resolver.connection.answerCalls(() => {
      calls++;
    });
    await resolver.requestName('org.freedesktop.resolve1');
    const backend = await startWatched(bed);
    await connected(bed, backend, await bed.server.profile('cert'));
    await eventually('the resolver is asked', () => calls > 0);
    unwrap(await backend.call('Disconnect'));
    deepEqual(await backend.remains(), nothing);
  });
});
