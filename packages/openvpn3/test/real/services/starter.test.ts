import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Bus, Variant } from '@ovpnkit/dbus';
import { createNamespace, runOrThrow } from '@ovpnkit/lab';
import {
  atEnd,
  eventually,
  isRunning,
  type ProcessFacts,
  processesIn,
  processFacts,
  startAccountsServer,
} from '@ovpnkit/lab/testing';
import { BACKENDS, BACKENDS_PATH, SESSIONS_PATH, StatusMajor, StatusMinor } from '@ovpnkit/openvpn3';
import { type Answer, ask, unwrap } from '../answer.ts';
import { meetBackend } from '../backend.ts';
import { startConfigurationManager } from '../configuration-manager.ts';
import { startLogService } from '../log-service.ts';
import { endBackends, startService } from '../service-process.ts';
import { serviceVariables } from '../service-variables.ts';
import { startSessionManager } from '../session-manager.ts';
import { type SystemBus, startSystemBus } from '../system-bus.ts';
import { skip } from '../test-bed.ts';

const NOBODY = { uid: 65534, gid: 65534 };
const ACCESS_DENIED = 'org.freedesktop.DBus.Error.AccessDenied';
const REQUEST = 'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2egdbuspp_2erequest.Code36';
const CAP_NET_ADMIN = 1n << 12n;

const startClient = (from: Bus, token: string): Promise<Answer> =>
  ask(from, {
    destination: BACKENDS,
    path: BACKENDS_PATH,
    interface: BACKENDS,
    member: 'StartClient',
    signature: 's',
    body: [token],
  });

/** A network of its own, so that everything of the user `openvpn` there is of this test, and ends with it. */
async function openNetwork(t: TestContext, bus: SystemBus): Promise<string> {
  const namespace = await createNamespace();
  atEnd(t, () => namespace.close());
  await runOrThrow(['nsenter', `--net=${namespace.path}`, 'ip', 'link', 'set', 'lo', 'up']);
  endBackends(t, bus, namespace.path);
  return namespace.path;
}

async function script(bus: SystemBus, name: string, text: string): Promise<string> {
  const path = join(bus.folder, name);
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
  return path;
}

async function openStarter(t: TestContext, program?: string) {
  const bus = await startSystemBus(t);
  const [sessions, log] = await Promise.all([startSessionManager(bus, 'v27'), startLogService(bus)]);
  const namespace = await openNetwork(t, bus);
  const args = program === undefined ? [] : ['--client-binary', program];
  const starter = await startService(t, { bus, service: 'backend-starter', args, namespace });
  const { bus: caller } = await bus.connectAs();
  return { bus, sessions, log, namespace, starter, caller, ...processes(bus, namespace) };
}

/** The processes of the user `openvpn` in a network. */
function processes(bus: SystemBus, namespace: string) {
  const all = (): ProcessFacts[] =>
    processesIn(namespace, bus.user.uid).flatMap(pid => {
      try {
        return isRunning(pid) ? [processFacts(pid)] : [];
      } catch {
        return []; // it ended while it was looked at
      }
    });
  const isWarm = ({ commandLine }: ProcessFacts) => commandLine.at(-1) === '--warm';
  const warm = () => eventually('a backend is ready', () => all().find(isWarm));
  return { all, warm };
}

describe('the backend starter', { skip, concurrency: 2 }, () => {
  it('becomes openvpn with one capability, and starts backends that have no more', async t => {
    const { bus, sessions, starter, caller, warm, all } = await openStarter(t);
    const { uid } = bus.user;
    const own = processFacts(starter.pid);
    deepEqual(
      [own.uid, own.effectiveCapabilities, own.boundingCapabilities],
      [uid, CAP_NET_ADMIN, CAP_NET_ADMIN],
    );
    deepEqual(own.environment, serviceVariables(bus.address));

    const ready = await warm();
    const pids: number[] = [];
    // The first is the one that was ready, the second is started as it comes.
    for (const token of ['first-token', 'second_token']) {
      const [pid] = unwrap(await startClient(caller, token));
      const { args } = await sessions.signals.next('RegistrationRequest');
      equal(args[1], token);
      equal(args[0], `${BACKENDS}.be${args[2]}`);
      pids.push(Number(args[2]));
      const backend = processFacts(Number(args[2]));
      deepEqual(
        [backend.uid, backend.effectiveCapabilities, backend.boundingCapabilities],
        [uid, CAP_NET_ADMIN, CAP_NET_ADMIN],
      );
      deepEqual(backend.environment, serviceVariables(bus.address));
      equal(backend.workingDirectory, '/');
      equal(backend.session, backend.pid);
      ok(Number(pid) > 0);
    }
    equal(pids[0], ready.pid);
    notEqual(pids[1], ready.pid);
    // No process of a start is left behind, dead or alive, apart from those.
    await eventually('a new one is ready', async () => (await warm()).pid !== ready.pid);
    const known = [starter.pid, ...pids, (await warm()).pid];
    deepEqual(
      all()
        .map(({ pid }) => pid)
        .filter(pid => !known.includes(pid)),
      [],
    );
  });

  for (const end of ['SIGKILL', 'SIGTERM'] as const) {
    it(`takes the backend that is ready with it when it ends by ${end}, and leaves those in use`, async t => {
      const { sessions, starter, caller, warm } = await openStarter(t);
      const ready = await warm();
      unwrap(await startClient(caller, 'token'));
      const { args } = await sessions.signals.next('RegistrationRequest');
      equal(args[2], ready.pid);
      const next = await warm();
      notEqual(next.pid, ready.pid);
      starter.kill(end);
      await starter.exited;
      await eventually('it has ended', () => !isRunning(next.pid));
      const name = String(args[0]);
      deepEqual('ok' in (await sessions.call(name, 'Ping')), true);
    });
  }

  it('starts a backend as usual when the one that was ready has died, and says that it did', async t => {
    const { sessions, log, caller, warm } = await openStarter(t);
    const ready = await warm();
    process.kill(ready.pid, 'SIGKILL');
    // Nothing is left of it when the starter has heard of its end.
    await eventually('the starter knows', () => !existsSync(`/proc/${ready.pid}`));
    unwrap(await startClient(caller, 'token'));
    const { args } = await sessions.signals.next('RegistrationRequest');
    equal(args[1], 'token');
    notEqual(args[2], ready.pid);
    const { args: told } = await log.signals.next('Log', ([, category]) => category === 5);
    deepEqual(told.slice(0, 2), [4, 5]);
    match(String(told[2]), /^The backend that was kept ready (ended with SIGKILL|did not take its token)/);
  });

  it('answers everybody who asks its version, and starts backends for its own user alone', async t => {
    const { bus, caller } = await openStarter(t);
    const users = [await bus.connect(), (await bus.connectAs(NOBODY)).bus, caller];
    const Get = {
      destination: BACKENDS,
      path: BACKENDS_PATH,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'Get',
      signature: 'ss',
      body: [BACKENDS, 'version'],
    };
    for (const user of users) deepEqual(unwrap(await ask(user, Get)), [new Variant('s', 'v27')]);
    for (const user of users.slice(0, 2)) {
      const answer = await startClient(user, 'token');
      ok('error' in answer && answer.error === ACCESS_DENIED);
    }
  });

  it('refuses what is no token', async t => {
    const { caller } = await openStarter(t);
    for (const token of ['', '-v', '--help', 'a b', 'a\nb', 'é', 'x'.repeat(129)]) {
      const answer = await startClient(caller, token);
      ok('error' in answer, token);
      equal(answer.error, REQUEST);
      match(answer.message, /^GDBus\.Error:net\.openvpn\.gdbuspp\.request: The token is no token/);
    }
  });

  it('says what failed: no such program, one that fails, one that stays in the foreground', async t => {
    const bus = await startSystemBus(t);
    const log = await startLogService(bus);
    const namespace = await openNetwork(t, bus);
    const { bus: caller } = await bus.connectAs();
    const cases: [string, RegExp][] = [
      ['/nonexistent/client', /: \/nonexistent\/client could not be started: .*ENOENT$/],
      [await script(bus, 'fails', 'exit 7'), /\/fails ended with 7$/],
      [await script(bus, 'stays', 'exec sleep 60'), /\/stays did not go to the background within 5 s$/],
    ];
    for (const [program, expected] of cases) {
      await t.test(program, async t => {
        const args = ['--client-binary', program, '--', '--warm'];
        const starter = await startService(t, {
          bus,
          service: 'backend-starter',
          args,
          namespace,
        });
        // The one that stays takes the first token for a backend that is ready; the others have to have ended before.
        if (program.endsWith('stays')) unwrap(await startClient(caller, 'taken'));
        else await log.signals.next('Log', ([, , text]) => String(text).includes('was kept ready'));
        const answer = await startClient(caller, 'token');
        ok('error' in answer, JSON.stringify(answer));
        equal(answer.error, REQUEST);
        match(answer.message, expected);
        const { args: told, sender } = await log.signals.next('StatusChange');
        equal(sender, starter.uniqueName);
        deepEqual(told.slice(0, 2), [StatusMajor.SESSION, StatusMinor.PROC_KILLED]);
        match(String(told[2]), expected);
        starter.kill('SIGTERM');
        equal(await starter.exited, 0);
      });
    }
  });

  it('starts backends that build a tunnel', async t => {
    const bus = await startSystemBus(t);
    const server = await startAccountsServer(t);
    const namespace = server.namespace(0);
    endBackends(t, bus, namespace);
    const [sessions, configurations] = await Promise.all([
      startSessionManager(bus, 'v27'),
      startConfigurationManager(bus),
    ]);
    const starter = await startService(t, { bus, service: 'backend-starter', namespace });
    const { bus: caller } = await bus.connectAs();
    const { all, warm } = processes(bus, namespace);
    await warm();
    unwrap(await startClient(caller, 'token'));
    const started = { token: 'token', exitCode: 0, output: starter.output, processes: all };
    const sessionPath = `${SESSIONS_PATH}/token`;
    const backend = await meetBackend({ process: started, sessions, version: 'v27', sessionPath });
    const config = configurations.register(await server.profile('cert'));
    unwrap(await backend.confirm(config));
    unwrap(await backend.call('Connect'));
    await backend.waitForStatus('CONN_CONNECTED');
    unwrap(await backend.call('Disconnect'));
    await backend.exited;
  });
});
