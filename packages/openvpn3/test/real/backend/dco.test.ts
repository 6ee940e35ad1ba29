import { deepEqual, equal } from 'node:assert/strict';
import { chownSync, mkdirSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '@ovpnkit/lab';
import { eventually } from '@ovpnkit/lab/testing';
import { openvpnProgram } from '@ovpnkit/management/daemon';
import { unwrap } from '../answer.ts';
import { openTestBed, skip, type TestBed } from '../test-bed.ts';
import { connectSession, openSession, type SessionOptions } from './session.ts';

/** Starts a backend, and tells what its daemons, in the order of their starts, were told about offload. */
async function openRecorded(bed: TestBed, client: number, options: SessionOptions) {
  const folder = join(bed.bus.folder, `daemons${client}`);
  mkdirSync(folder, { mode: 0o700 });
  chownSync(folder, bed.bus.user.uid, bed.bus.user.gid);
  const program = join(bed.bus.folder, `openvpn${client}`);
  const script = [
    '#!/bin/sh',
    `file='${folder}'/$(ls '${folder}' | wc -l)`,
    'cat >"$file"',
    `exec '${openvpnProgram()}' "$@" <"$file"`,
    '',
  ];
  await writeFile(program, script.join('\n'), { mode: 0o755 });
  const backend = await openSession(bed, 'cert', { client, args: ['--openvpn', program], ...options });
  const offloads = async () => {
    const names = (await readdir(folder)).sort((a, b) => Number(a) - Number(b));
    const texts = await Promise.all(names.map(name => readFile(join(folder, name), 'utf8')));
    return texts.map(text => !/^(setenv opt )?"?disable-dco"?$/m.test(text));
  };
  return { backend, offloads };
}

test('the data channel is offloaded when that is wanted, and the property tells whether it is', {
  skip,
  concurrency: true,
}, async t => {
  const bed = await openTestBed(t, { server: { clients: 4 } });
  const cases = [
    t.test('without a wish it is not', async () => {
      const { backend, offloads } = await openRecorded(bed, 0, {});
      equal(await backend.get('dco'), false);
      await connectSession(backend);
      deepEqual(await offloads(), [false]);
      equal(await backend.get('dco'), false);
    }),
    t.test('with the wish of the configuration the daemon may, and says what became of it', async () => {
      const { backend, offloads } = await openRecorded(bed, 1, { dco: true });
      equal(await backend.get('dco'), true);
      await connectSession(backend);
      deepEqual(await offloads(), [true]);
      // As far as this kernel can: its own kind of device says so.
      const command = ['nsenter', `--net=${bed.server.namespace(1)}`, 'ip', '-details', 'link', 'show'];
      const { stdout } = await runProgram(command);
      equal(await backend.get('dco'), /^ +ovpn(-dco)?\b/m.test(stdout));
    }),
    t.test('a profile that the kernel cannot carry refuses it', async () => {
      const { backend, offloads } = await openRecorded(bed, 2, {
        dco: true,
        lines: ['data-ciphers AES-256-CBC:AES-256-GCM'],
      });
      await connectSession(backend);
      deepEqual(await offloads(), [false]);
      equal(await backend.get('dco'), false);
    }),
    t.test(
      'a write before the connection starts another daemon, and one during it changes nothing',
      async () => {
        const { backend, offloads } = await openRecorded(bed, 3, {});
        unwrap(await backend.set('dco', true));
        await eventually('another daemon is there', async () => (await offloads()).length === 2);
        await connectSession(backend);
        deepEqual(await offloads(), [false, true]);
        const running = backend.daemons().map(({ pid }) => pid);
        const before = await backend.get('dco');
        unwrap(await backend.set('dco', false));
        equal(await backend.get('dco'), before);
        deepEqual(
          backend.daemons().map(({ pid }) => pid),
          running,
        );
      },
    ),
  ];
  await Promise.all(cases);
});
