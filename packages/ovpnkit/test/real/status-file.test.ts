// Status files: recorded, as they lie on disks.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { eventually, temporaryFolder } from '@ovpnkit/lab/testing';
import { ovpnkit, startOvpnkit } from './cli-process.ts';

const recordings = join(import.meta.dirname, '../../../management/test/recordings/status');
const recorded = (name: string): string =>
  readFileSync(join(recordings, `openvpn-2.6.14-${name}.txt`), 'utf8').replaceAll('\r\n', '\n');

describe('ovpnkit and a status file', { concurrency: true }, () => {
  it('shows it in every format, and a client as well', async t => {
    for (const format of [1, 2, 3]) {
      const file = join(temporaryFolder(t), 'openvpn-status.log');
      writeFileSync(file, recorded(`server-3clients-v${format}`));
      const { code, stdout, stderr } = await ovpnkit(t, ['status', '--file', file, '--sort', 'name']);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      assert.match(stdout, /^name +real address/);
      assert.match(stdout, /^\d clients, /m);
      const json = JSON.parse((await ovpnkit(t, ['status', '--file', file, '--json'])).stdout);
      assert.deepEqual([json.mode, json.complete, json.problem], ['server', true, undefined]);
    }
    const file = join(temporaryFolder(t), 'client.log');
    writeFileSync(file, recorded('client-statistics'));
    assert.match((await ovpnkit(t, ['status', '--file', file])).stdout, /^Auth read bytes +48/m);
  });

  it('says that it is cut, wherever', async t => {
    const file = join(temporaryFolder(t), 'openvpn-status.log');
    const text = recorded('server-3clients-v2');
    for (const length of [0, 10, text.length >> 1, text.length - 2]) {
      writeFileSync(file, text.slice(0, length));
      const { code, stderr } = await ovpnkit(t, ['status', '--file', file]);
      assert.equal(code, 5, String(length));
      const problem = length === 0 ? 'the file is empty.*' : 'the file ends before its END';
      assert.match(stderr, new RegExp(`^ovpnkit: ${file} is cut: ${problem}\n$`));
    }
  });

  it('refuses what is none, and what is not there', async t => {
    const file = join(temporaryFolder(t), 'file');
    for (const command of ['status', 'watch']) {
      const missing = await ovpnkit(t, [command, '--file', file]);
      assert.equal(missing.code, 1);
      assert.match(missing.stderr, /^ovpnkit: the status file .* cannot be read: ENOENT/);
    }
    writeFileSync(file, 'hello\n');
    const { code, stderr } = await ovpnkit(t, ['status', '--file', file]);
    assert.equal(code, 1);
    assert.match(stderr, /is no status file of OpenVPN/);
  });

  it('watches it: who comes and goes, and that it is gone and back', async t => {
    const file = join(temporaryFolder(t), 'openvpn-status.log');
    let time = Math.round(Date.now() / 1000) - 100;
    const write = (name: string): void => {
      writeFileSync(file, recorded(name));
      time += 10; // as a daemon would write it ten seconds later
      utimesSync(file, time, time);
    };
    write('server-empty-v3');
    const watch = startOvpnkit(t, ['watch', '--file', file, '--interval', '0.1', '--seconds', '60']);
    write('server-1client-v3');
    await eventually('a client', () => /\+ \S+ from /.test(watch.stdout));
    write('server-empty-v3');
    await eventually('it leaves', () => /- \S+ from /.test(watch.stdout));
    rmSync(file);
    await eventually('the file is gone', () => watch.stdout.includes('cannot be read: ENOENT'));
    write('server-empty-v3');
    await eventually('the file is back', () => watch.stdout.includes('the file can be read again'));
    watch.child.kill('SIGINT');
    const { code, stdout } = await watch.ended;
    assert.equal(code, 130);
    assert.match(stdout, /written .* ago, 0 clients/);
  });
});
