import { deepEqual, match, ok } from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import { startDaemon } from '../../src/tunnel/daemon.ts';

/** The temporary folder of this process, until the test ends. */
function setTemporaryFolder(t: TestContext, folder: string): void {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
}

async function failure(
  program: string | undefined,
  configuration = () => '',
  signal = new AbortController().signal,
) {
  const started = await startDaemon({ program, configuration, signal, proxyRefused: () => {} });
  ok('failure' in started, 'it has started');
  return started;
}

describe('a daemon that cannot be started', () => {
  it('has no place for its socket', async t => {
    const folder = temporaryFolder(t);
    setTemporaryFolder(t, join(folder, 'nowhere'));
    const { failure: kind, text } = await failure(undefined);
    deepEqual(kind, 'unavailable');
    match(text, /did not start: ENOENT.*nowhere/);
  });

  it('is no program of any kind, and leaves no file', async t => {
    const folder = temporaryFolder(t);
    setTemporaryFolder(t, folder);
    const program = join(folder, 'openvpn');
    await writeFile(program, 'neither a script nor a binary', { mode: 0o755 });
    match((await failure(program)).text, /cannot be run|did not start/);
    match((await failure(`${program}/openvpn`)).text, /cannot be run \(ENOTDIR\); install openvpn/);
    match((await failure('openvpn-none')).text, /^There is no program 'openvpn-none' in .*; install openvpn/);
    deepEqual(await readdir(folder), ['openvpn']);
  });

  it('has a configuration that cannot be written', async t => {
    const folder = temporaryFolder(t);
    setTemporaryFolder(t, folder);
    const configuration = () => {
      throw new Error('no such configuration');
    };
    match((await failure(undefined, configuration)).text, /did not start: no such configuration/);
    deepEqual(await readdir(folder), []);
  });

  it('is not wanted any more before it is ready', async t => {
    const folder = temporaryFolder(t);
    setTemporaryFolder(t, folder);
    const program = join(folder, 'openvpn');
    await writeFile(program, '#!/bin/sh\nexec sleep 30\n', { mode: 0o755 });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    const { failure: kind } = await failure(program, () => '', abort.signal);
    deepEqual(kind, 'unavailable');
    deepEqual(await readdir(folder), ['openvpn']);
  });
});
