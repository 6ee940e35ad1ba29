// The program against a real server with real clients.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createLab, type Lab, type LabDaemon, labPrivilege } from '@ovpnkit/lab';
import { eventually } from '@ovpnkit/lab/testing';
import { ovpnkit, program, type Running, start, startOvpnkit } from './cli-process.ts';

const privilege = labPrivilege();
const skip = privilege.type === 'ready' ? false : privilege.reason;

/** Names that would fool a terminal, a table or a parser. */
const names = ['alice', '>LOG:evil\u202egnp', 'bob,smith'];

describe('ovpnkit and a server', { skip }, () => {
  let lab: Lab;
  let late: LabDaemon;
  before(async () => {
    lab = await createLab({ clientNames: names });
    late = await lab.addClient('late');
    for (const client of lab.clients.slice(0, names.length)) {
      await eventually(`${client.name} reaches the server`, async () => (await lab.ping(client)) > 0);
    }
  });
  after(() => lab?.close());

  const args = (...rest: string[]): string[] => ['--management', `unix:${lab.server.socket}`, ...rest];

  it('shows the clients in a table, sorted when asked, with nothing in it that could harm', async t => {
    const { code, stdout, stderr } = await ovpnkit(t, args('status', '--sort', 'address'));
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const [title, ...rest] = stdout.trimEnd().split('\n');
    assert.match(title ?? '', /^name +real address +virtual addresses +received +sent +since +user +cipher$/);
    const rows = rest.slice(0, names.length);
    assert.deepEqual(
      rows.map(row => row.split(/ {2,}/)[0]),
      ['alice', '>LOG:evil\\u{202e}gnp', 'bob,smith'],
    );
    for (const row of rows)
      assert.match(row, / 198\.18\.0\.\d:\d+ +198\.19\.0\.\d .* [\d.]+ (Ki)?B .* AES-256-GCM$/);
    assert.match(rest.at(-1) ?? '', /^3 clients, received [\d.]+ (Ki)?B, sent [\d.]+ (Ki)?B, \d+ routes, /);
  });

  it('shows them in every format, and of format 1 what it leaves out', async t => {
    for (const format of ['1', '2', '3']) {
      const { code, stdout } = await ovpnkit(t, args('status', '--format', format));
      assert.equal(code, 0);
      assert.match(stdout, /^bob,smith +198\./m);
      assert.equal(stdout.includes('AES-256-GCM'), format !== '1');
    }
  });

  it('gives the whole status as JSON', async t => {
    const { stdout } = await ovpnkit(t, args('status', '--json'));
    const status = JSON.parse(stdout);
    assert.equal(status.mode, 'server');
    assert.ok(!Number.isNaN(Date.parse(status.time)));
    assert.deepEqual(status.malformed, []);
    const clients: { commonName: string; bytesReceived: number; virtualIpv4: string }[] = status.clients;
    assert.deepEqual(clients.map(({ commonName }) => commonName).sort(), names.toSorted());
    for (const { bytesReceived, virtualIpv4 } of clients) {
      assert.ok(bytesReceived > 0);
      assert.match(virtualIpv4, /^198\.19\.0\.\d$/);
    }
    assert.doesNotMatch(stdout, /\u202e/);
  });

  it('colours the table when it is told to, and not otherwise', async t => {
    assert.match((await ovpnkit(t, args('status'), { FORCE_COLOR: '1' })).stdout, /^\x1b\[1mname\x1b/);
    assert.doesNotMatch((await ovpnkit(t, args('status'))).stdout, /\x1b/);
  });

  it('prints what happens line by line: where it begins, a client that connects, traffic, log', async t => {
    const running = startOvpnkit(t, args('events', '--log', '--bytecount', '1'));
    const events = () => parseLines(running);
    await eventually('the first line', () => events().length > 0);
    const [snapshot] = events();
    assert.equal(snapshot?.type, 'snapshot');
    assert.equal(snapshot?.pid, lab.server.pid);
    assert.equal(snapshot?.state.name, 'CONNECTED');
    assert.equal(snapshot?.status.clients.length, names.length);

    await late.start();
    t.after(() => late.stop());
    const established = await eventually('the client is announced', () =>
      events().find(({ type, kind }) => type === 'CLIENT' && kind === 'ESTABLISHED'),
    );
    assert.equal(established.env.common_name, 'late');
    await eventually('the client reaches the server', async () => (await lab.ping(late)) > 0);
    const counted = await eventually('its bytes are counted', async () => {
      await lab.ping(late);
      return events().find(({ type, cid }) => type === 'BYTECOUNT_CLI' && cid === established.cid);
    });
    assert.ok(Number.isInteger(counted.received) && counted.received > 0);
    await eventually('a line of the log', () => events().some(({ type }) => type === 'LOG'));
    for (const { at } of events()) assert.ok(!Number.isNaN(Date.parse(at)));
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    assert.deepEqual({ code, stderr }, { code: 130, stderr: '' });
  });

  it('stays with a server that goes away and comes back, and says so', async t => {
    const running = startOvpnkit(t, args('events'));
    const types = () => parseLines(running).map(({ type }) => type);
    await eventually('the first line', () => types().includes('snapshot'));
    const before = lab.server.pid;
    await lab.server.stop();
    await eventually('that it is gone', () => types().includes('down'));
    await lab.server.start();
    await eventually('what is true now', () => types().slice(types().indexOf('down')).includes('snapshot'));
    const last = parseLines(running).findLast(({ type }) => type === 'snapshot');
    assert.equal(last?.pid, lab.server.pid);
    assert.notEqual(last?.pid, before);
    const down = parseLines(running).find(({ type }) => type === 'down');
    assert.equal(down?.error.name, 'ConnectionError');
    assert.equal(typeof down?.error.message, 'string');
    running.child.kill('SIGTERM');
    assert.equal((await running.ended).code, 143);
  });

  it('ends quietly when nobody reads on', async t => {
    const command = `"$0" "$1" --management "$2" events --bytecount 1 --log | head -n1; echo "\${PIPESTATUS[0]}"`;
    const bash = start(t, ['bash', '-c', command, process.execPath, program, lab.server.socket]);
    await eventually('the first line is read', () => bash.stdout.includes('snapshot'));
    // What it prints next finds nobody.
    const { stdout, stderr } = await bash.ended;
    assert.match(stdout, /^\{.*\}\n0\n$/);
    assert.equal(stderr, '');
  });
});

// biome-ignore lint/suspicious/noExplicitAny: JSON of any event
type Line = Record<string, any>;

/** The complete lines so far. */
const parseLines = ({ stdout }: Running): Line[] =>
  stdout
    .slice(0, stdout.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
