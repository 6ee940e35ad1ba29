// The program at a server that loses a part of its status behind the long name of somebody who is not let in.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createLab, type Lab } from '@ovpnkit/lab';
import { eventually, skip, temporaryFolder } from '@ovpnkit/lab/testing';
import { connect, type ManagementClient } from '@ovpnkit/management';
import { type Hub, openHub } from '@ovpnkit/management/hub';
import { parseRecording, readConversation } from '@ovpnkit/management/testing';
import { ovpnkit, startOvpnkit } from './cli-process.ts';

const username = 'u'.repeat(450);

describe('ovpnkit and a status that the daemon cuts', { skip }, () => {
  let lab: Lab;
  let hub: Hub;
  let authorizer: ManagementClient;
  let socket: string;
  before(async () => {
    lab = await createLab({
      clients: 3,
      server: [
        'management-client-auth',
        'auth-user-pass-optional',
        'hand-window 600',
        'status status.log 1',
        'status-version 2',
      ],
      client: index => (index === 2 ? ['auth-user-pass credentials'] : []),
      startClients: false,
    });
    await writeFile(join(lab.directory, 'credentials'), `${username}\nsecret\n`, { mode: 0o600 });
    const at = (name: string): string => join(lab.directory, name);
    socket = at('hub.sock');
    hub = await openHub({
      upstream: { path: lab.server.socket },
      listeners: [{ path: socket }, { path: at('auth.sock'), role: 'auth' }],
      whenUndecided: 'wait',
    });
    authorizer = await connect({ path: at('auth.sock') });
    let asked = false;
    authorizer.on('CLIENT', async event => {
      if (event.kind !== 'CONNECT') return;
      if (event.env.get('username') === username) asked = true;
      else await event.allow();
    });
    await lab.clients[0]?.start();
    await lab.clients[1]?.start();
    for (const client of lab.clients.slice(0, 2))
      await eventually(`${client.name} reaches the server`, async () => (await lab.ping(client)) > 0);
    await lab.clients[2]?.start();
    await eventually('somebody asks to be let in', () => asked);
  });
  after(async () => {
    await authorizer?.close();
    await hub?.close();
    await lab?.close();
  });

  const args = (...rest: string[]): string[] => ['--management', `unix:${socket}`, ...rest];

  it('shows every client all the same, says what is missing, and ends with a code of its own', async t => {
    for (const format of ['1', '2', '3']) {
      const { code, stdout, stderr } = await ovpnkit(t, args('status', '--format', format));
      assert.match(stdout, /^client1 +198\./m);
      assert.match(stdout, /^client2 +198\./m);
      assert.match(stdout, /^3 clients, /m);
      if (format === '1') assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      else {
        assert.equal(code, 5);
        assert.match(stderr, /^ovpnkit: the status is not complete: .*512 bytes.*\n$/);
      }
    }
    const json = await ovpnkit(t, args('status', '--json'));
    assert.equal(json.code, 5);
    const status = JSON.parse(json.stdout);
    assert.equal(status.complete, false);
    assert.match(status.problem, /512 bytes/);
    assert.equal(status.clients.length, 3);
  });

  it('lists every client once', async t => {
    const { code, stdout, stderr } = await ovpnkit(t, args('clients', '--json'));
    assert.equal(code, 5);
    assert.match(stderr, /^ovpnkit: the status is not complete/);
    const names = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).commonName);
    assert.deepEqual(names.sort(), ['client1', 'client2', 'client3']);
  });

  it('goes on with events and the watch, which tell it', async t => {
    const events = startOvpnkit(t, args('events'));
    await eventually('a snapshot', () => events.stdout.includes('"type":"snapshot"'));
    const [snapshot = ''] = events.stdout.split('\n');
    assert.equal(JSON.parse(snapshot).status.complete, false);
    const watch = await ovpnkit(t, args('watch', '--seconds', '8'));
    assert.equal(watch.code, 0);
    assert.equal(watch.stdout.match(/the status is not complete/g)?.length, 1);
    for (const name of ['client1', 'client2'])
      assert.equal(watch.stdout.match(new RegExp(`\\+ ${name} `, 'g'))?.length, 1);
    assert.doesNotMatch(watch.stdout, /- client/);
  });

  it('says of the file that the daemon writes that it is cut as well', async t => {
    const file = join(lab.directory, 'status.log');
    // From the second time on, 2.6.14 writes nothing at all.
    await eventually('the file is empty', () => readFileSync(file, 'utf8') === '');
    const { code, stdout, stderr } = await ovpnkit(t, ['status', '--file', file]);
    assert.deepEqual({ code, stdout }, { code: 5, stdout: '' });
    assert.match(stderr, /status\.log is cut: the file is empty, .* 512 bytes/);
    const watch = await ovpnkit(t, ['watch', '--file', file, '--seconds', '3', '--interval', '0.5']);
    assert.equal(watch.code, 0);
    assert.match(watch.stdout, /the status is not complete: the file is empty/);
  });

  it('records each answer under its command, for as long as it was told', async t => {
    const file = join(temporaryFolder(t), 'cut.jsonl');
    const began = Date.now();
    const { code } = await ovpnkit(t, args('record', file, '--seconds', '6', '--interval', '1'));
    assert.equal(code, 0);
    const took = Date.now() - began;
    const { answers } = readConversation(parseRecording(readFileSync(file, 'utf8')));
    const of = (command: string) => answers.filter(answer => answer.command === command);
    for (const [command, pattern] of [
      ['pid', /^SUCCESS: pid=\d+$/],
      ['load-stats', /^SUCCESS: nclients=/],
      ['status 1', /^OpenVPN CLIENT LIST$/],
      ['status 2', /^TITLE,/],
      ['status 3', /^TITLE\t/],
    ] as const) {
      assert.ok(of(command).length > 0, command);
      for (const { lines } of of(command)) assert.match(lines[0] ?? '', pattern);
    }
    t.diagnostic(`it took ${took} ms`);
  });
});
