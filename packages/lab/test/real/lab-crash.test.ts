import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it, type TestContext } from 'node:test';
import { labPrivilege } from '../../src/index.ts';
import { eventually, processesOf, temporaryFolder, usersOf, within } from '../../src/testing/index.ts';
import type { LabChildReport } from './lab-child.ts';

const privilege = labPrivilege();
const skip = privilege.type === 'ready' ? false : privilege.reason;
const repository = join(import.meta.dirname, '../../../..');
const script = join(import.meta.dirname, 'lab-child.ts');

type Run = {
  readonly child: ChildProcess;
  readonly report: LabChildReport;
  /** Resolves when it has ended, with its exit code, or null after a signal. */
  exited(): Promise<number | null>;
};

/** Runs lab-child.ts until it has a lab. */
async function run(t: TestContext, command: readonly string[], tmp = tmpdir()): Promise<Run> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    stdio: 'pipe',
    env: { ...process.env, TMPDIR: tmp },
  });
  t.after(() => child.kill('SIGKILL'));
  let errors = '';
  child.stderr.on('data', chunk => {
    errors += chunk;
  });
  const end = once(child, 'close').then(([code]): number | null => code);
  const nothing = end.then(() => {
    throw new Error(`the child made no lab: ${errors}`);
  });
  const lines = createInterface({ input: child.stdout });
  const made = Promise.race([once(lines, 'line'), nothing]);
  const [line] = await within('the child has made a lab', made);
  const report: LabChildReport = JSON.parse(line);
  t.after(() => removeTraces(report));
  // Held from here on: once nobody has a namespace, its number may be that of another lab's.
  const held = report.pids.map(pid => openSync(`/proc/${pid}/ns/net`, 'r'));
  t.after(() => held.forEach(closeSync));
  child.stdin.write('go\n');
  return { child, report, exited: () => within('the child ends', end) };
}

/** For a test that failed because of them. */
function removeTraces({ directory, pids }: LabChildReport): void {
  for (const pid of pids) {
    if (pid === undefined || processesOf(directory).length === 0) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended, unlike another one.
    }
  }
  rmSync(directory, { recursive: true, force: true });
}

async function leavesNothingRunning({ directory, namespaces }: LabChildReport): Promise<void> {
  await eventually('all daemons are gone', () => processesOf(directory).length === 0);
  // All of them are this process's own.
  await eventually('nobody has the namespaces', () => usersOf(namespaces) === namespaces.length);
}

describe('a lab whose process ends without closing it', { skip }, () => {
  for (const [how, code] of [
    ['exit', 3],
    ['throw', 1],
  ] as const) {
    it(`leaves nothing when the process ends by ${how}`, async t => {
      const { report, exited } = await run(t, [process.execPath, script, how]);
      assert.equal(await exited(), code);
      await leavesNothingRunning(report);
      assert.equal(existsSync(report.directory), false);
    });
  }

  it('leaves only its directory when the process is killed, and the next lab removes that', async t => {
    // Of its own, for any lab in another process would be that next one.
    const tmp = temporaryFolder(t);
    const { child, report, exited } = await run(t, [process.execPath, script, 'wait'], tmp);
    assert.equal(processesOf(report.directory).length, 4);
    child.kill('SIGKILL');
    await exited();
    await leavesNothingRunning(report);
    assert.equal(existsSync(report.directory), true);
    const next = await run(t, [process.execPath, script, 'close'], tmp);
    assert.notEqual(next.report.directory, report.directory);
    assert.equal(existsSync(report.directory), false);
    // Before the folder is removed that it works in.
    await next.exited();
  });
});

const isRealRoot =
  process.getuid?.() === 0 && readFileSync('/proc/self/uid_map', 'utf8').includes('4294967295');

/**
 * A command that runs lab-child.ts as nobody. In a mount namespace of its own, /dev/net/tun is open to everybody, as
 * distributions have it, and the repository and Node are where that user can read them, wherever the checkout is.
 */
function asNobody(t: TestContext, how: string): string[] {
  const root = temporaryFolder(t);
  const prepare = `set -e
    mount -t tmpfs -o mode=1777 none "$1"; cd "$1"; mkdir repository; touch node tun
    mknod device c 10 200; chmod 666 device; mount --bind device /dev/net/tun
    mount --bind "$2" repository; mount --bind "$3" node
    export TMPDIR="$1"; script="$1/repository/$4"; how="$5"; shift 5
    exec setpriv --reuid=65534 --regid=65534 --clear-groups "$PWD/node" "$script" "$how"`;
  const path = script.slice(repository.length + 1);
  return ['unshare', '--mount', 'sh', '-c', prepare, 'sh', root, repository, process.execPath, path, how];
}

describe('a lab of a user who is not root', {
  skip: skip || (!isRealRoot && 'only root can become nobody'),
}, () => {
  it('works in a user namespace', async t => {
    const { report, exited } = await run(t, asNobody(t, 'close'));
    assert.equal(await exited(), 0);
    await leavesNothingRunning(report);
  });

  it('leaves nothing running when its process is killed', async t => {
    const { child, report, exited } = await run(t, asNobody(t, 'wait'));
    assert.equal(processesOf(report.directory).length, 4);
    child.kill('SIGKILL');
    await exited();
    await leavesNothingRunning(report);
  });
});
