import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { Variant } from '@ovpnkit/dbus';
import { CONFIGURATION_PATH } from '@ovpnkit/openvpn3';
import { unwrap } from '../answer.ts';
import { skip } from '../test-bed.ts';
import { call, connectBackend, getAll, NEWS, openStage, PROFILE, set } from './configuration-stage.ts';

describe('configurations that last, and those that do not', { skip, concurrency: 4 }, () => {
  it('counts what a backend fetches, and nothing else', async t => {
    const stage = await openStage(t);
    const { games, bus } = stage;
    const path = await stage.importAs('p', { persistent: true });
    const { bus: openvpn } = await bus.connectAs();
    unwrap(await call(openvpn, path, 'Fetch'));
    equal((await getAll(games, path)).used_count, 0);
    const backend = await connectBackend(stage);
    deepEqual(unwrap(await call(backend, path, 'Fetch')), [PROFILE]);
    const { used_count, last_used_timestamp } = await getAll(games, path);
    equal(used_count, 1);
    ok(Math.abs(Number(last_used_timestamp) - Date.now() / 1000) < 60);
  });

  it('gives a single-use configuration to one backend, once', async t => {
    const stage = await openStage(t);
    const { games, signals, folder } = stage;
    const path = await stage.importAs('p', { singleUse: true, persistent: true });
    await signals.next('ConfigurationManagerEvent');
    unwrap(await call(games, path, 'Fetch'));
    deepEqual(await readdir(folder), [`${basename(path)}.json`]);
    const backends = [await connectBackend(stage), await connectBackend(stage)];
    const answers = await Promise.all(backends.map(backend => call(backend, path, 'Fetch')));
    equal(answers.filter(answer => 'ok' in answer).length, 1);
    deepEqual((await signals.next('ConfigurationManagerEvent')).args, [path, 2, 5]);
    deepEqual(await readdir(folder), []);
  });

  it('keeps what is persistent over its end, whatever ended it, and nothing else', async t => {
    const stage = await openStage(t);
    const { games, bus, folder } = stage;
    const path = await stage.importAs('per', { persistent: true });
    const passing = await stage.importAs('eph');
    unwrap(await call(games, path, 'AddTag', 's', 't1'));
    unwrap(await call(games, path, 'SetOverride', 'sv', 'log-level', new Variant('s', '5')));
    unwrap(await call(games, path, 'SetOverride', 'sv', 'dns-scope', new Variant('s', 'tunnel')));
    unwrap(await call(games, path, 'AccessGrant', 'u', NEWS.uid));
    for (const name of ['public_access', 'locked_down', 'dco', 'transfer_owner_session'])
      unwrap(await set(games, path, name, new Variant('b', true)));
    unwrap(await set(games, path, 'name', new Variant('s', 'per é')));
    const before = await getAll(games, path);
    const file = join(folder, `${basename(path)}.json`);
    const { mode, uid } = await stat(file);
    deepEqual([mode & 0o777, uid], [0o600, bus.user.uid]);
    let { service } = stage;
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      service.kill(signal);
      equal(await service.exited, signal === 'SIGTERM' ? 0 : null);
      service = await stage.start();
      deepEqual(await getAll(games, path), before);
      deepEqual(unwrap(await call(games, path, 'Fetch')), [PROFILE]);
    }
    deepEqual(unwrap(await call(games, CONFIGURATION_PATH, 'FetchAvailableConfigs')), [[path]]);
    ok('error' in (await call(games, passing, 'Fetch')));
    unwrap(await call(games, path, 'Remove'));
    deepEqual(await readdir(folder), []);
  });

  it('starts with whatever lies in its folder, and says what it passes over', async t => {
    const name = (letter: string) => `${letter.repeat(8)}x0000x4000x8000x000000000001.json`;
    const deployed = await readFile(
      new URL('../../recordings/cli/probe-config-persistence.txt', import.meta.url),
      'utf8',
    );
    const [file = ''] = /^\{\n.*?^\}\n/ms.exec(deployed) ?? [];
    const stage = await openStage(t, async folder => {
      await writeFile(join(folder, name('a')), file);
      await writeFile(join(folder, name('b')), file);
      await writeFile(join(folder, name('c')), 'no JSON');
    });
    const [paths] = unwrap(await call(stage.games, CONFIGURATION_PATH, 'FetchAvailableConfigs'));
    deepEqual(paths, [`${CONFIGURATION_PATH}/50c01c9ax90fex4b06xb369x0946edc38f8a`]);
    const lines = stage.log.signals;
    match(
      String((await lines.next('Log')).args[2]),
      /x000000000001\.json: another file has the configuration/,
    );
    deepEqual((await lines.next('Log')).args, [
      2,
      7,
      `Invalid persistent configuration file ${join(stage.folder, name('c'))}: it is no JSON`,
    ]);
    deepEqual((await readdir(stage.folder)).length, 3);
  });
});
