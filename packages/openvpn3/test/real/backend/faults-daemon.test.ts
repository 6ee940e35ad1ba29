// What goes wrong with the daemon, and what front ends see of it.
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { eventually } from '@ovpnkit/lab/testing';
import { unwrap } from '../answer.ts';
import type { Backend } from '../backend.ts';
import { openTestBed, skip, type TestBed } from '../test-bed.ts';
import { activeStates } from './backend-states.ts';
import { nothing, startWatched } from './watched-backend.ts';

function daemonOf(backend: Backend): number {
  const [daemon, ...others] = backend.daemons();
  deepEqual(others, []);
  ok(daemon, 'there is a daemon');
  return daemon.pid;
}

async function writeProgram({ bus }: TestBed, script: string): Promise<string> {
  const path = join(bus.folder, 'program');
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

async function openBed(t: TestContext): Promise<TestBed> {
  return openTestBed(t, { resolver: false });
}

describe('a daemon that goes wrong', { skip, concurrency: 3 }, () => {
  const { paused, ...working } = activeStates;
  for (const [name, arrive] of Object.entries(working)) {
    it(`is killed while ${name}: the connection has failed, and the next Connect starts another`, async t => {
      const bed = await openBed(t);
      const backend = await startWatched(bed);
      await arrive(bed, backend);
      process.kill(daemonOf(backend), 'SIGKILL');
      const [, , message] = await backend.waitForStatus('CONN_FAILED');
      match(message, /daemon was ended by SIGKILL/);
      deepEqual(backend.daemons(), []);
      unwrap(await backend.call('Connect'));
      await backend.waitForStatus('CONN_CONNECTING');
      if (name === 'asking') await backend.waitForStatus('CFG_REQUIRE_USER');
      else if (name !== 'connecting') await backend.waitForStatus('CONN_CONNECTED');
      unwrap(await backend.call('Disconnect'));
      deepEqual(await backend.remains(), nothing);
    });
  }

  it('is killed while paused: another waits for Resume, or the connection has failed and Connect starts another', async t => {
    const bed = await openBed(t);
    const backend = await startWatched(bed);
    await paused(bed, backend);
    const daemon = daemonOf(backend);
    process.kill(daemon, 'SIGKILL');
    const failed = () => backend.statuses().includes('CONN_FAILED');
    // A daemon that ends on its way to where it is held is replaced.
    await eventually(
      'it is told or replaced',
      () => failed() || backend.daemons().some(({ pid }) => pid !== daemon),
    );
    unwrap(await backend.call(failed() ? 'Connect' : 'Resume'));
    await backend.waitForStatus('CONN_CONNECTED');
    unwrap(await backend.call('Disconnect'));
    deepEqual(await backend.remains(), nothing);
  });

  for (const [name, arrive] of Object.entries(activeStates)) {
    it(`hangs while ${name}, and is ended for Disconnect all the same`, async t => {
      const bed = await openBed(t);
      const backend = await startWatched(bed);
      await arrive(bed, backend);
      process.kill(daemonOf(backend), 'SIGSTOP');
      ok((await backend.get('statistics')) instanceof Map, 'what is known is told');
      if (name !== 'paused') unwrap(await backend.call('Pause', 'while it hangs'));
      unwrap(await backend.call('Disconnect'));
      equal(backend.statuses().at(-1), 'CONN_DONE');
      deepEqual(await backend.remains(), nothing);
    });

    it(`ends with a backend that is killed while ${name}`, async t => {
      const bed = await openBed(t);
      const backend = await startWatched(bed);
      await arrive(bed, backend);
      daemonOf(backend);
      backend.kill('SIGKILL');
      deepEqual(await backend.remains(), { exitCode: 137, files: [] });
    });
  }

  it('ends when the profile says so, and why is told', async t => {
    const bed = await openBed(t);
    const backend = await startWatched(bed);
    const profile = await bed.server.profile('cert', { lines: ['session-timeout 1'] });
    unwrap(await backend.confirm(bed.configurations.register(profile)));
    unwrap(await backend.call('Connect'));
    const [, , why] = await backend.waitForStatus('CONN_FAILED');
    equal(why, 'The session has lasted as long as it may (session-timeout)');
  });

  it('ends with its backend when nothing goes through the tunnel for as long as the profile says', async t => {
    const bed = await openBed(t);
    const backend = await startWatched(bed);
    const profile = await bed.server.profile('cert', { lines: ['inactive 1 1000000'] });
    unwrap(await backend.confirm(bed.configurations.register(profile)));
    unwrap(await backend.call('Connect'));
    deepEqual(await backend.waitForStatus('CONN_DONE'), [2, 16, 'Inactive tunnel, disconnected']);
    deepEqual(await backend.remains(), nothing);
  });

  it('is killed while held: nothing is told, and Connect starts another', async t => {
    const bed = await openBed(t);
    const backend = await startWatched(bed);
    unwrap(await backend.confirm(bed.configurations.register(await bed.server.profile('cert'))));
    const daemon = daemonOf(backend);
    process.kill(daemon, 'SIGKILL');
    // What is left of it goes when the backend has heard of its end.
    await eventually('the backend knows', () => !existsSync(`/proc/${daemon}`));
    unwrap(await backend.call('Connect'));
    await backend.waitForStatus('CONN_CONNECTED');
    equal(backend.statuses().includes('CONN_FAILED'), false);
    backend.kill('SIGKILL');
    deepEqual(await backend.remains(), { exitCode: 137, files: [] });
  });

  it('may not configure the network: Connect fails, and says what is missing and what to do', async t => {
    const bed = await openBed(t);
    const backend = await startWatched(bed, { mayConfigureNetwork: false });
    unwrap(await backend.confirm(bed.configurations.register(await bed.server.profile('cert'))));
    unwrap(await backend.call('Connect'));
    const [, , message] = await backend.waitForStatus('CONN_FAILED');
    match(message, /CAP_NET_ADMIN/);
    match(message, /setcap|start/);
    unwrap(await backend.call('Disconnect'));
    deepEqual(await backend.remains(), nothing);
  });

  it('finds no tunnel device: Connect fails, and says what to do', async t => {
    const bed = await openBed(t);
    const program = await writeProgram(
      bed,
      `exec unshare --user --map-current-user --keep-caps --mount sh -c '
        mount -t tmpfs tmpfs /dev/net && exec openvpn "$@"' sh "$@"`,
    );
    const backend = await startWatched(bed, { args: ['--openvpn', program] });
    unwrap(await backend.confirm(bed.configurations.register(await bed.server.profile('cert'))));
    unwrap(await backend.call('Connect'));
    const [, , message] = await backend.waitForStatus('CONN_FAILED');
    match(message, /cannot open the tunnel device; load the kernel module tun/);
    unwrap(await backend.call('Disconnect'));
    deepEqual(await backend.remains(), nothing);
  });

  it('never connects, and neither do its children that outlive it: Connect says so', async t => {
    const bed = await openBed(t);
    const program = await writeProgram(bed, 'sleep 8 & exec sleep 30');
    const backend = await startWatched(bed, { args: ['--openvpn', program] });
    unwrap(await backend.confirm(bed.configurations.register(await bed.server.profile('cert'))));
    unwrap(await backend.call('Connect'));
    const [, , message] = await backend.waitForStatus('CONN_FAILED');
    match(message, /did not start: it was not ready within 4000 ms/);
    unwrap(await backend.call('Disconnect'));
    deepEqual(await backend.remains(), nothing);
  });

  it('is one of a version that does not know our options: the registration fails, and says which', async t => {
    const bed = await openBed(t);
    const program = await writeProgram(
      bed,
      'echo "Options error: Unrecognized option in stdin:7: management"; exit 1',
    );
    const backend = await startWatched(bed, { args: ['--openvpn', program] });
    const answer = await backend.confirm(bed.configurations.register(await bed.server.profile('cert')));
    ok('error' in answer && /Unrecognized option in stdin:7: management/.test(answer.message));
    await backend.waitForStatus('CFG_ERROR');
    deepEqual(await backend.remains(), nothing);
  });

  const programs: [path: string, why: RegExp][] = [
    ['/nowhere/openvpn', /cannot be run \(ENOENT\); install openvpn, or name it with --openvpn/],
    ['/etc/passwd', /cannot be run \(EACCES\)/],
    ['/bin/true/openvpn', /cannot be run \(ENOTDIR\)/],
    ['/bin/true', /\/bin\/true did not start: it ended with code 0/],
    ['/bin/cat', /\/bin\/cat did not start: .*unrecognized option|Try/],
  ];
  for (const [path, why] of programs) {
    it(`cannot be started, as ${path} is no openvpn: Connect says so`, async t => {
      const bed = await openBed(t);
      const backend = await startWatched(bed, { args: ['--openvpn', path] });
      unwrap(await backend.confirm(bed.configurations.register(await bed.server.profile('cert'))));
      for (let attempt = 0; attempt < 2; attempt++) {
        unwrap(await backend.call('Connect'));
        const [, , message] = await backend.waitForStatus('CONN_FAILED');
        match(message, why);
      }
      deepEqual(await backend.files(), []);
      unwrap(await backend.call('Disconnect'));
      deepEqual(await backend.remains(), nothing);
    });
  }
});
