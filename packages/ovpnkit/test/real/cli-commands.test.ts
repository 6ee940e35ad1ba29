// The commands that look and act, the recorder and the hub, each as a program, against one server of a lab.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createLab, type Lab, labPrivilege } from '@ovpnkit/lab';
import { eventually } from '@ovpnkit/lab/testing';
import { ovpnkit, startOvpnkit } from './cli-process.ts';

const privilege = labPrivilege();
const skip = privilege.type === 'ready' ? false : privilege.reason;

describe('ovpnkit at a server', { skip }, () => {
  let lab: Lab;
  before(async () => {
    lab = await createLab({ clientNames: ['alice', 'bob'], server: ['verb 4'] });
    for (const client of lab.clients) await eventually('traffic', async () => (await lab.ping(client)) > 0);
  });
  after(() => lab?.close());

  const at = (...args: string[]) => ['--management', `unix:${lab.server.socket}`, ...args];

  it('shows version, state, clients and log, also as JSON', async t => {
    assert.match(
      (await ovpnkit(t, at('version'))).stdout,
      /^OpenVPN 2\.\S+ .*\nmanagement interface version \d\n$/,
    );
    assert.match(
      (await ovpnkit(t, at('state'))).stdout,
      /^\S+ \S+ {2}CONNECTED {2}SUCCESS {2}tunnel 198\.19\.0\.1/,
    );
    assert.equal(JSON.parse((await ovpnkit(t, at('state', '--json'))).stdout).mode, 'server');
    assert.ok(JSON.parse((await ovpnkit(t, at('state', '--history', '--json'))).stdout).length >= 2);
    const clients = (await ovpnkit(t, at('clients'))).stdout.trim().split('\n');
    assert.deepEqual(clients.map(line => line.split('\t')[1]).sort(), ['alice', 'bob']);
    const json = (await ovpnkit(t, at('clients', '--json'))).stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    assert.deepEqual(json.map(client => client.commonName).sort(), ['alice', 'bob']);
    assert.equal((await ovpnkit(t, at('log', '--lines', '3'))).stdout.trim().split('\n').length, 3);
  });

  it('says that a client has no clients', async t => {
    const { code, stderr } = await ovpnkit(t, ['--management', lab.clients[0]?.socket ?? '', 'clients']);
    assert.equal(code, 2);
    assert.match(stderr, /is a client, which has no clients; use status\n$/);
  });

  it('asks, sets, signals and sends anything, and keeps the tabs of an answer', async t => {
    assert.equal((await ovpnkit(t, at('hold'))).stdout, 'off\n');
    assert.equal((await ovpnkit(t, at('raw', 'verb'))).stdout, 'verb=4\n');
    assert.match((await ovpnkit(t, at('raw', 'status', '3'))).stdout, /^TITLE\tOpenVPN/);
    assert.equal((await ovpnkit(t, at('raw', 'nosuch'))).code, 2);
    assert.equal((await ovpnkit(t, at('signal', 'usr2'))).stdout, 'SIGUSR2 sent\n');
    assert.equal((await ovpnkit(t, at('signal', 'usr7'))).code, 2);
  });

  it('follows the log until it is ended', async t => {
    const running = startOvpnkit(t, at('log', '--follow', '--lines', '1'));
    await eventually('the last line', () => running.stdout.includes('log on'));
    running.child.kill('SIGINT');
    assert.equal((await running.ended).code, 130);
  });

  it('disconnects whom it is told, and says whom it could not', async t => {
    const { code, stdout, stderr } = await ovpnkit(t, at('kill', 'nobody', 'bob'));
    assert.equal(code, 1);
    assert.match(stdout, /^bob: disconnected client \d+ \(bob, \S+, .*\)\n$/);
    assert.match(stderr, /^ovpnkit: nobody: /);
  });

  it('shares the server through a hub, and tells who is there', async t => {
    const [open, watched] = [join(lab.directory, 'open.sock'), join(lab.directory, 'watched.sock')];
    const listeners = ['--listen', `unix:${open},role=operator,mode=660`, '--listen', `unix:${watched}`];
    const hub = startOvpnkit(t, at('hub', ...listeners));
    await eventually('the hub listens', () => hub.stdout.includes('watched.sock (role monitor)'));
    assert.equal(statSync(open).mode & 0o777, 0o660);
    assert.match((await ovpnkit(t, ['--management', watched, 'clients'])).stdout, /\talice\t/);
    const refused = await ovpnkit(t, ['--management', watched, 'kill', 'alice']);
    assert.match(refused.stderr, /not allowed for this session \(role monitor\)/);
    const status = (await ovpnkit(t, ['--management', open, 'hub', 'status'])).stdout;
    assert.match(status, /^daemon \S+: connected\nsession .*\n +\d+ +\S+open\.sock +operator /);
    hub.child.kill('SIGINT');
    const { code, stdout } = await hub.ended;
    assert.equal(code, 130);
    assert.match(stdout, /refused client-kill \d+: not allowed/);
  });

  it('opens no port of the network without a password', async t => {
    const { code, stderr } = await ovpnkit(t, at('hub', '--listen', 'tcp:0.0.0.0:17505,role=admin'));
    assert.equal(code, 2);
    assert.match(stderr, /open to the network without a password/);
  });

  it('records what crosses the connection, and replays it to any program', async t => {
    const [file, socket] = [join(lab.directory, 'day.jsonl'), join(lab.directory, 'day.sock')];
    const recorder = startOvpnkit(t, at('record', file, '--interval', '1'));
    await eventually(
      'a status is recorded',
      () => recorder.stdout !== '' && answers(file).includes('END\r\n'),
    );
    await eventually('a second look', () => answers(file).split('SUCCESS: nclients=').length > 2);
    recorder.child.kill('SIGINT');
    assert.equal((await recorder.ended).code, 130);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal((await ovpnkit(t, at('record', file))).code, 2);

    const replay = startOvpnkit(t, ['replay', file, '--listen', `unix:${socket}`, '--speed', '100']);
    await eventually('the replay listens', () => replay.stdout.includes('replaying'));
    assert.match((await ovpnkit(t, ['--management', socket, 'status'])).stdout, /^alice /m);
    assert.match((await ovpnkit(t, ['--management', socket, 'log', '--lines', '2'])).stdout, /\n.*\n$/);
    replay.child.kill('SIGINT');
    assert.equal((await replay.ended).code, 130);
  });
});

/** What the daemon said in a recording so far. */
function answers(file: string): string {
  const chunks = readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line));
  return chunks
    .filter(({ dir }) => dir === 'S')
    .map(({ b64 }) => Buffer.from(b64, 'base64').toString('latin1'))
    .join('');
}
