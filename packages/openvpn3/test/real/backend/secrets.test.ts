import { equal, ok } from 'node:assert/strict';
import { chownSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { accounts } from '@ovpnkit/lab/testing';
import { unwrap } from '../answer.ts';
import { openTestBed, skip } from '../test-bed.ts';
import { connectSession, openSession } from './session.ts';

const { utf8Password, passphrase } = accounts;
/** As they are, and as a log or a protocol might have them. */
const traces = [utf8Password, passphrase].flatMap(secret => {
  const bytes = Buffer.from(secret);
  return [
    bytes,
    Buffer.from(bytes.toString('base64').replace(/.?=*$/, '')),
    Buffer.from(bytes.toString('hex')),
  ];
});
const has = (bytes: Buffer): boolean => traces.some(trace => bytes.includes(trace));

/** The files of a user below a folder, which may change meanwhile, and without the labs of other tests. */
async function* filesOf(uid: number, folder: string, ownLab: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('ovpnkit-lab-') && path !== ownLab) continue;
    if (entry.isDirectory()) yield* filesOf(uid, path, ownLab);
    else if (entry.isFile() && (await stat(path).catch(() => undefined))?.uid === uid) yield path;
  }
}

test('secrets are in no signal, argument, environment or file, however much is logged', { skip }, async t => {
  const bed = await openTestBed(t);
  const { user, folder } = bed.bus;
  const logs = join(folder, 'logs');
  mkdirSync(logs, { mode: 0o700 });
  chownSync(logs, user.uid, user.gid);
  const logFile = join(logs, 'backend.log');
  const backend = await openSession(bed, 'encrypted-key', {
    lines: ['auth-user-pass', 'verb 6'],
    args: ['--log-level', '6', '--log-file', logFile],
  });
  unwrap(await backend.set('log_level', 6));

  const look = async () => {
    const processes = [backend.facts(), ...backend.daemons()];
    equal(processes.length, 2);
    for (const { pid } of processes)
      for (const name of ['cmdline', 'environ']) {
        const bytes = readFileSync(`/proc/${pid}/${name}`);
        ok(!has(bytes) && !bytes.includes('PRIVATE KEY'), name);
      }
    for await (const path of filesOf(user.uid, tmpdir(), folder)) {
      const content = await readFile(path).catch(() => Buffer.alloc(0));
      ok(!has(content) && !content.includes('PRIVATE KEY'), path);
    }
  };

  await look();
  // First a wrong one, for errors tell much.
  await backend.answer({ username: 'utf8', password: `${utf8Password}x`, pk_passphrase: passphrase });
  unwrap(await backend.call('Connect'));
  await backend.waitForStatus('CONN_AUTH_FAILED');
  await look();
  await connectSession(backend, { username: 'utf8', password: utf8Password });
  await look();
  unwrap(await backend.call('Restart'));
  await backend.waitForStatus('CONN_CONNECTED');
  await look();
  const properties = inspect(await backend.getAll(), { depth: null });
  unwrap(await backend.call('Disconnect'));
  await backend.exited;

  const { all } = bed.sessions.signals;
  ok(all.length > 20 && bed.log.signals.all.length > 20);
  for (const { member, args } of [...all, ...bed.log.signals.all])
    ok(!args.some(arg => has(Buffer.from(String(arg)))), member);
  for (const text of [properties, backend.output()]) ok(!has(Buffer.from(text)));
  const logged = readFileSync(logFile);
  ok(logged.includes('CONNECTED') || logged.includes('Connected: '));
  ok(!has(logged));
  equal(statSync(logFile).mode & 0o777, 0o600);
});
