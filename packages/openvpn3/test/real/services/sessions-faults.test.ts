import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Bus, Variant } from '@ovpnkit/dbus';
import { eventually, isRunning } from '@ovpnkit/lab/testing';
import { BACKEND_SESSION_PATH, BACKENDS, backendName, SESSIONS_PATH } from '@ovpnkit/openvpn3';
import { type Answer, inTime, unwrap } from '../answer.ts';
import { startStandIn } from '../stand-in.ts';
import { skip } from '../test-bed.ts';
import { openStage, type Stage, uids } from './sessions-stage.ts';

function refusal(answer: Answer): string {
  if ('ok' in answer) throw new Error(`it was allowed: ${JSON.stringify(answer.ok)}`);
  return `${answer.error} ${answer.message}`;
}

const event = (stage: Stage, path: string, type: number) =>
  stage.heard.next('SessionManagerEvent', ([of, code]) => of === path && code === type);
const listed = async (stage: Stage) =>
  unwrap(await stage.call('owner', SESSIONS_PATH, 'FetchAvailableSessions'))[0];
const newTunnel = (stage: Stage, configuration: string) =>
  stage.call('owner', SESSIONS_PATH, 'NewTunnel', 'o', configuration);
const pidOf = async (stage: Stage, path: string) => Number(await stage.value(path, 'backend_pid'));

async function connect(stage: Stage, path: string): Promise<void> {
  unwrap(await stage.call('owner', path, 'Connect'));
  await stage.status(7);
}

describe('when something fails, the session manager', { skip, concurrency: 2 }, () => {
  it('closes a session at once when its backend is killed, and lets another one begin', async t => {
    const stage = await openStage(t);
    const configuration = stage.configure(await stage.server.profile('cert'));
    const path = await stage.open(configuration);
    await connect(stage, path);
    process.kill(await pidOf(stage, path), 'SIGKILL');
    deepEqual((await event(stage, path, 2)).args, [path, 2, uids.owner]);
    deepEqual(await stage.status(29), [3, 29, 'Session closed, killed backend client']);
    deepEqual(await listed(stage), []);
    notEqualPath(await stage.open(configuration), path);
    equal(stage.manager.output(), '');
  });

  it('gives up a backend that does not answer within five seconds, and what it knows itself it tells at once', async t => {
    const stage = await openStage(t);
    const path = await stage.open(stage.configure(await stage.server.profile('cert')));
    const pid = await pidOf(stage, path);
    process.kill(pid, 'SIGSTOP');
    t.after(() => {
      try {
        process.kill(pid, 'SIGCONT');
      } catch {
        // It has ended.
      }
    });
    equal(((await stage.value(path, 'status')) as unknown[])[1], 2);
    // More than wait for a backend at the same time.
    const crowd = Array.from({ length: 24 }, () => stage.call('owner', path, 'Ready'));
    const answers = await Promise.all([
      stage.call('owner', path, 'Ready'),
      stage.get('owner', path, 'statistics'),
      stage.call('owner', SESSIONS_PATH, 'FetchManagedInterfaces'),
    ]);
    match(refusal(answers[0]), /gdbuspp: Backend VPN process did not respond/);
    match(refusal(answers[1]), /Error.Failed Backend VPN process did not respond/);
    deepEqual(unwrap(answers[2]), [[]]);
    for (const answer of [...answers, ...(await Promise.all(crowd))]) inTime(answer, 'a stopped backend');
    await event(stage, path, 2);
    deepEqual(await listed(stage), []);
    // What was sent to it is still there when it goes on.
    process.kill(pid, 'SIGCONT');
    await eventually('the backend has ended', () => stage.backends[0]?.processes().length === 0);
  });

  it('kills a backend that hangs for good, and its tunnel is gone with it', async t => {
    const stage = await openStage(t);
    const path = await stage.open(stage.configure(await stage.server.profile('cert')));
    await connect(stage, path);
    process.kill(await pidOf(stage, path), 'SIGSTOP');
    const answer = await stage.call('owner', path, 'Disconnect');
    inTime(answer, 'Disconnect');
    deepEqual(unwrap(answer), []);
    await event(stage, path, 2);
    await eventually('backend and daemon are gone', () => stage.backends[0]?.processes().length === 0);
  });

  it('says that no client could be started, and keeps nothing of the session', async t => {
    const stage = await openStage(t);
    const configuration = stage.configure(await stage.server.profile('cert'));
    stage.starter.refusal = 'refuse';
    match(refusal(await newTunnel(stage, configuration)), /gdbuspp.request: Could not start the VPN client/);
    deepEqual(await listed(stage), []);
    await stage.starter.release();
    match(refusal(await newTunnel(stage, configuration)), /gdbuspp.request: Could not start the VPN client/);
    await stage.starter.acquire();
    await stage.starter.freeze();
    const late = await newTunnel(stage, configuration);
    match(refusal(late), /gdbuspp.request: Could not start the VPN client/);
    inTime(late, 'NewTunnel');
    stage.starter.refusal = undefined;
    // The client that comes too late is turned away.
    await stage.starter.thaw();
    await eventually('a client was started', () => stage.backends.length === 1);
    await eventually('it has ended', () => stage.backends[0]?.processes().length === 0);
    await stage.open(configuration);
  });

  it('takes registrations from real backends with a token of its own, and from nobody else', async t => {
    const stage = await openStage(t);
    stage.starter.refusal = 'start nothing';
    const [path] = unwrap(await newTunnel(stage, stage.configure(await stage.server.profile('cert'))));
    const [token = ''] = stage.starter.tokens;
    const { bus } = await startStandIn(stage.bus, backendName(1), {});
    const announce = (from: Bus, name: string, what: string) =>
      from.signal({
        path: BACKEND_SESSION_PATH,
        interface: BACKENDS,
        member: 'RegistrationRequest',
        signature: 'ssi',
        body: [name, what, 1],
        to: stage.manager.uniqueName,
      });
    // Who owns no such name has the right token, and who owns one a wrong token.
    for (const from of [stage.people.stranger, stage.people.root, stage.people.openvpn]) {
      for (const name of [backendName(1), backendName(2), BACKENDS, 'x', '']) announce(from, name, token);
    }
    for (const wrong of ['', `${token}0`, token.slice(1)]) announce(bus, backendName(1), wrong);
    await stage.getAll('root', String(path));
    await stage.starter.start(token);
    await event(stage, String(path), 1);
    const started = stage.backends[0]?.processes().map(({ pid }) => pid);
    ok(started?.includes(await pidOf(stage, String(path))));
    // A token is for one registration.
    announce(bus, backendName(1), token);
    await connect(stage, String(path));
    equal(stage.manager.output(), '');
  });

  it('ends a session whose client never registers', async t => {
    const stage = await openStage(t);
    stage.starter.refusal = 'start nothing';
    const [path] = unwrap(await newTunnel(stage, stage.configure(await stage.server.profile('cert'))));
    deepEqual((await event(stage, String(path), 2)).args, [path, 2, uids.owner]);
    match(String((await stage.status(29))[2]), /did not register/);
    deepEqual(await listed(stage), []);
  });

  it('finds its sessions again after a restart, with everything that belongs to them', async t => {
    const stage = await openStage(t);
    const configuration = stage.configure(await stage.server.profile('cert'), { name: 'kept' });
    const path = await stage.open(configuration);
    await connect(stage, path);
    unwrap(await stage.call('owner', path, 'AccessGrant', 'u', uids.granted));
    unwrap(await stage.set('owner', path, 'restrict_log_access', new Variant('b', false)));
    unwrap(await stage.set('owner', path, 'public_access', new Variant('b', true)));
    unwrap(await stage.call('granted', path, 'LogForward', 'b', true));
    const changing = ['statistics', 'last_log', 'log_forwards'];
    const facts = async () =>
      [...(await stage.getAll('root', path))].filter(([name]) => !changing.includes(name));
    const before = await facts();
    const file = join(stage.stateFolder, 'sessions', `${path.split('/').at(-1)}.json`);
    equal((await stat(file)).mode & 0o777, 0o600);
    ok(!(await readFile(file, 'utf8')).includes('BEGIN'));

    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const forwarded = stage.forwards.length;
      await stage.restart(signal);
      deepEqual(await facts(), before);
      deepEqual(await listed(stage), [path]);
      match(refusal(await newTunnel(stage, configuration)), /already running/);
      await eventually('the log is forwarded again', () =>
        stage.forwards.slice(forwarded).includes(`ProxyLogEvents ${stage.people.granted.uniqueName}`),
      );
      // What it has not written down yet, the next one does not know.
      await eventually(
        'the session manager knows it',
        async () => ((await stage.value(path, 'log_forwards')) as string[]).length === 1,
      );
    }
    unwrap(await stage.call('granted', path, 'Restart'));
    // To each new session manager the backend has said again that it is connected.
    await stage.status(12);
    await stage.status(7);
    unwrap(await stage.call('owner', path, 'Disconnect'));
    await event(stage, path, 2);
    deepEqual(await readdir(join(stage.stateFolder, 'sessions')), []);
    await eventually('the backend is gone', () => stage.backends[0]?.processes().length === 0);
  });

  it('tells of the end of a session whose backend has gone meanwhile, and forgets it', async t => {
    const stage = await openStage(t);
    const configuration = stage.configure(await stage.server.profile('cert'));
    const path = await stage.open(configuration);
    const pid = await pidOf(stage, path);
    stage.manager.kill('SIGKILL');
    await stage.manager.exited;
    process.kill(pid, 'SIGKILL');
    await eventually('the backend is gone', () => stage.backends[0]?.processes().length === 0);
    await stage.restart();
    deepEqual((await event(stage, path, 2)).args, [path, 2, uids.owner]);
    deepEqual(await listed(stage), []);
    deepEqual(await readdir(join(stage.stateFolder, 'sessions')), []);
    await stage.open(configuration);
  });

  it('ends a backend that it knows nothing of, unless that would end a tunnel', async t => {
    const stage = await openStage(t);
    const open = async () => stage.open(stage.configure(await stage.server.profile('cert')));
    const [idle, connected] = [await open(), await open()];
    await connect(stage, connected);
    const [idlePid, connectedPid] = [await pidOf(stage, idle), await pidOf(stage, connected)];
    stage.manager.kill('SIGKILL');
    await stage.manager.exited;
    await rm(join(stage.stateFolder, 'sessions'), { recursive: true });
    await stage.restart();
    await eventually('the idle backend has ended', () => !isRunning(idlePid));
    equal(isRunning(connectedPid), true);
    const { args } = await stage.log.signals.next('Log', ([, , text]) => /has a tunnel/.test(String(text)));
    equal(String(args[2]).includes(`Process ${connectedPid} `), true);
    deepEqual(await listed(stage), []);
  });

  it('starts another backend for a session that wants it, which connects by itself', async t => {
    const stage = await openStage(t);
    const configuration = stage.configure(await stage.server.profile('cert'), {
      overrides: new Map([['automatic-restart', new Variant('s', 'on-failure')]]),
    });
    const path = await stage.open(configuration);
    await connect(stage, path);
    unwrap(await stage.call('owner', path, 'LogForward', 'b', true));
    const pid = await pidOf(stage, path);
    process.kill(pid, 'SIGKILL');
    match(String((await stage.status(12))[2]), /restarting in 3 seconds/);
    // In between it is there, and nobody who looks at it ends it.
    deepEqual(await listed(stage), [path]);
    match(refusal(await stage.call('owner', path, 'Ready')), /Backend VPN process did not respond/);
    equal((await stage.getAll('owner', path)).get('device_name'), '');
    await event(stage, path, 1);
    await stage.status(7);
    ok((await pidOf(stage, path)) !== pid);
    const name = stage.people.owner.uniqueName;
    deepEqual(stage.forwards, [`ProxyLogEvents ${name}`, `Remove ${name}`, `ProxyLogEvents ${name}`]);

    process.kill(await pidOf(stage, path), 'SIGKILL');
    await stage.status(12);
    unwrap(await stage.call('owner', path, 'Disconnect'));
    await event(stage, path, 2);
    equal(stage.backends.length, 2);
  });
});

function notEqualPath(a: string, b: string): void {
  ok(a !== b, `${a} is the path of another session`);
}
