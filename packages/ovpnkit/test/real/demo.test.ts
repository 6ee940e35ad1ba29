import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { labPrivilege } from '@ovpnkit/lab';
import { eventually, processesOf } from '@ovpnkit/lab/testing';
import { judge } from '../../src/commands/demo/verdict.ts';
import { type Running, start, startOvpnkit } from './cli-process.ts';

const privilege = labPrivilege();
const skip = privilege.type === 'ready' ? false : privilege.reason;
const script = join(import.meta.dirname, '../../../../scripts/demo.ts');

const demo = (t: TestContext, ...args: string[]): Running => start(t, [process.execPath, script, ...args]);

/** The lab's directory, from the advice that the program prints. */
const directoryOf = (text: string): string => dirname(/unix:(\S+\.sock)/.exec(text)?.[1] ?? '/none/none');

function leavesNothing(directory: string): void {
  assert.match(directory, /ovpnkit-lab-/);
  assert.equal(existsSync(directory), false);
  assert.deepEqual(processesOf(directory), []);
}

describe('the verdict of a demo', () => {
  const seen = { clients: new Set(['a', 'b']), events: 7, bytes: 2n ** 60n };

  it('is ok when clients, events and bytes were seen and nothing failed', () => {
    assert.deepEqual(judge(seen), { line: `demo: ok clients=2 events=7 bytes=${2n ** 60n}`, outcome: 'ok' });
  });

  it('is failed when one of them is missing, or something failed, and says what', () => {
    assert.deepEqual(judge({ ...seen, bytes: 0n }), {
      line: 'demo: failed clients=2 events=7 bytes=0: no bytes seen',
      outcome: 'failed',
    });
    assert.match(
      judge(undefined).line,
      /^demo: failed clients=0 events=0 bytes=0: no clients, no events, no bytes seen$/,
    );
    assert.match(judge(seen, new Error('two\nlines')).line, /^demo: failed clients=2 .*: two\\x0alines$/);
  });
});

describe('the demo', { skip }, () => {
  it('ends by itself, and says what it saw', async t => {
    const { code, stdout } = await demo(t, '--seconds', '8').ended;
    const lines = stdout.trimEnd().split('\n');
    assert.equal(code, 0);
    assert.match(lines[0] ?? '', /^demo: .*server and three clients/);
    assert.match(lines[1] ?? '', /^demo: .* npx ovpnkit --management unix:\/\S+\/hub\.sock status$/);
    const [, clients, events, bytes] =
      /^demo: ok clients=(\d+) events=(\d+) bytes=(\d+)$/.exec(lines.at(-1) ?? '') ?? [];
    assert.ok(Number(clients) > 0 && Number(events) > 0 && Number(bytes) > 0);
    leavesNothing(directoryOf(stdout));
  });

  it('shows clients that connect and exchange traffic, while a second program talks to the server', async t => {
    const running = demo(t);
    const socket = await eventually(
      'the advice',
      () => /unix:(\S+\.sock) status\n/.exec(running.stdout)?.[1],
    );
    for (const name of ['client1', 'client2', 'client3'])
      await eventually(`${name} is there`, () => running.stdout.includes(`+ ${name} from `));
    const status = await startOvpnkit(t, ['--management', `unix:${socket}`, 'status']).ended;
    assert.equal(status.code, 0);
    assert.match(status.stdout, /^name .*$/m);
    assert.match(status.stdout, /^client1 /m);
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    assert.equal(code, 0);
    assert.match(stdout, /\ndemo: ok clients=3 events=[1-9]\d* bytes=[1-9]\d*\n$/);
    leavesNothing(directoryOf(stdout));
  });

  it('watches a daemon of the user instead when it is told where', async t => {
    const running = demo(t);
    const socket = await eventually('a daemon', () => /unix:(\S+\.sock) status\n/.exec(running.stdout)?.[1]);
    const other = demo(t, '--management', `unix:${socket}`, '--seconds', '0.5');
    const { code, stdout } = await other.ended;
    assert.equal(code, 0);
    assert.match(stdout, /received .*, sent .*\n$/);
    running.child.kill('SIGINT');
    await running.ended;
  });
});

describe('a lab in the foreground', { skip }, () => {
  it('prints the sockets, works, and leaves nothing after Ctrl-C', async t => {
    const running = startOvpnkit(t, ['lab', '--clients', '2']);
    await eventually('the lab is there', () => running.stdout.includes('try: '));
    const directory = directoryOf(running.stdout);
    for (const name of ['server', 'client1', 'client2']) {
      assert.match(running.stdout, new RegExp(`^ {2}${name} +unix:${directory}/${name}\\.sock$`, 'm'));
    }
    const { code } = await startOvpnkit(t, ['--management', `unix:${directory}/client2.sock`, 'status'])
      .ended;
    assert.equal(code, 0);
    running.child.kill('SIGINT');
    assert.equal((await running.ended).code, 130);
    leavesNothing(directory);
  });

  it('leaves nothing when it is ended while it is being made', async t => {
    const running = startOvpnkit(t, ['lab', '--clients', '8']);
    const directory = await eventually('the first daemon runs', () =>
      processesOf('ovpnkit-lab-')
        .map(line => line.match(new RegExp(`/\\S*ovpnkit-lab-\\d+-${running.child.pid}-[^/\\s]+`))?.[0])
        .find(Boolean),
    );
    running.child.kill('SIGTERM');
    assert.equal((await running.ended).code, 143);
    leavesNothing(directory);
  });
});
