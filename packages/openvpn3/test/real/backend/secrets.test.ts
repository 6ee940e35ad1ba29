import { equal, ok } from 'node:assert/strict';
import { chownSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
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

const MOST_BYTES = 64 * 1024 * 1024;

/** No secret may be in it when it is a file of the user's. Whether it was one; it may have gone since it was found. */
function lookInto(path: string, uid: number): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status?.isFile() || status.uid !== uid) return false;
  ok(status.size <= MOST_BYTES, `${path} has ${status.size} bytes`);
  const content = unlessGone(() => readFileSync(path)) ?? Buffer.alloc(0);
  ok(!has(content) && !content.includes('PRIVATE KEY'), path);
  return true;
}

/** Looks into the user's files below a folder of the test's, on its device alone, and gives their paths. */
function lookBelow(folder: string, uid: number, device = statSync(folder).dev): string[] {
  const entries = unlessGone(() => readdirSync(folder)) ?? [];
  return entries.flatMap(name => {
    const path = join(folder, name);
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status?.dev !== device) return [];
    if (status.isDirectory()) return lookBelow(path, uid, device);
    return status.isFile() && lookInto(path, uid) ? [path] : [];
  });
}

function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

test('secrets are in no signal, argument, environment or file, however much is logged', { skip }, async t => {
  const bed = await openTestBed(t);
  const { user, folder } = bed.bus;
  const [logs, temporary] = [join(folder, 'logs'), join(folder, 'tmp')];
  for (const path of [logs, temporary]) {
    mkdirSync(path, { mode: 0o700 });
    chownSync(path, user.uid, user.gid);
  }
  const logFile = join(logs, 'backend.log');
  const backend = await openSession(bed, 'encrypted-key', {
    temporary,
    lines: ['auth-user-pass', 'verb 6'],
    args: ['--log-level', '6', '--log-file', logFile],
  });
  unwrap(await backend.set('log_level', 6));

  const look = () => {
    const processes = [backend.facts(), ...backend.daemons()];
    equal(processes.length, 2);
    ok(backend.facts().environment.includes(`TMPDIR=${temporary}`));
    for (const { pid, openFiles } of processes) {
      for (const name of ['cmdline', 'environ']) {
        const bytes = readFileSync(`/proc/${pid}/${name}`);
        ok(!has(bytes) && !bytes.includes('PRIVATE KEY'), name);
      }
      // Wherever they are, and files that have no name any more among them.
      for (const descriptor of openFiles.keys()) lookInto(`/proc/${pid}/fd/${descriptor}`, user.uid);
    }
    ok(lookBelow(folder, user.uid).includes(logFile));
  };

  look();
  // First a wrong one, for errors tell much.
  await backend.answer({ username: 'utf8', password: `${utf8Password}x`, pk_passphrase: passphrase });
  unwrap(await backend.call('Connect'));
  await backend.waitForStatus('CONN_AUTH_FAILED');
  look();
  await connectSession(backend, { username: 'utf8', password: utf8Password });
  look();
  unwrap(await backend.call('Restart'));
  await backend.waitForStatus('CONN_CONNECTED');
  look();
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
