import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  greetingVersion,
  isSince,
  open,
  openDaemon,
  openvpnVersion,
  skipDaemon,
  within,
} from '@ovpnkit/lab/testing';
import { CommandError, EncodeError } from '@ovpnkit/management';

const refused = { name: 'CommandError' };

describe('the commands of any daemon', { skip: skipDaemon, concurrency: true }, () => {
  it('tell what it is: help, pid, version, release', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket });
    const help = await client.help();
    assert.ok(help[0]?.startsWith(`Management Interface for OpenVPN ${openvpnVersion()} `));
    assert.ok(help.some(line => line.startsWith('client-kill CID')));
    assert.equal(await client.pid(), daemon.pid);
    const { release, version, management } = await client.version();
    assert.ok(release.startsWith(`OpenVPN ${openvpnVersion()} `));
    assert.deepEqual([version, management], [openvpnVersion(), greetingVersion()]);
    assert.equal(await client.release(), release);
    client.clearCache();
    assert.equal(await client.release(), release);
  });

  it('read and change its settings: hold, verb, mute, auth-retry, and so on', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket });
    assert.equal(await client.hold(), false);
    await client.hold('on');
    assert.equal(await client.hold(), true);
    await client.hold('off');
    await client.hold('release');
    assert.equal(await client.hold(), false);
    assert.equal(await client.verb(), 3);
    await client.verb(5);
    assert.equal(await client.verb(), 5);
    assert.equal(await client.mute(), 0);
    await client.mute(7);
    assert.equal(await client.mute(), 7);
    assert.equal(await client.authRetry(), 'none');
    await client.authRetry('interact');
    assert.equal(await client.authRetry(), 'interact');
    await client.envFilter(2);
    await client.forgetPasswords();
    assert.deepEqual(await client.loadStats(), { clients: 0, bytesIn: 0n, bytesOut: 0n });
  });

  it('tell its state and the history of it', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket });
    const all = await client.state('all');
    const now = await client.state();
    assert.deepEqual(all.at(-1), now);
    assert.deepEqual(await client.state(1), [now]);
    assert.deepEqual(await client.state('on', 'all'), all);
    await client.signal('SIGUSR1');
    const { description } = await client.seen.next('STATE', state => state.name === 'RECONNECTING');
    assert.equal(description, 'SIGUSR1');
    await client.state('off');
    const names = (await client.state('all')).map(state => state.name);
    assert.deepEqual(
      names.slice(0, all.length),
      all.map(state => state.name),
    );
    assert.ok(names.includes('RECONNECTING'));
  });

  it('show its log: history, live, and both at once without a gap', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket });
    const history = await client.log('on', 'all');
    assert.ok(history.some(({ text }) => text.startsWith(`OpenVPN ${openvpnVersion()} `)));
    assert.ok(history[0] && history[0].time <= (history.at(-1)?.time ?? 0));
    // With the log on, the line about a command comes before the command's own reply.
    assert.equal(await client.pid(), daemon.pid);
    const live = await client.seen.next('LOG');
    assert.deepEqual([live.text, live.severity], ["MANAGEMENT: CMD 'pid'", 'debug']);
    await client.log('off');
    const [last] = await client.log(1);
    assert.equal(last?.text, "MANAGEMENT: CMD 'log 1'");
    assert.equal((await client.log(5)).length, 5);
  });

  it('show what it echoes', async t => {
    const daemon = await openDaemon(t, ['echo msg hello, world', 'echo forget-passwords']);
    const client = await open(t, { path: daemon.socket });
    const texts = async (history: 'all' | number) => (await client.echo(history)).map(({ text }) => text);
    assert.deepEqual(await texts('all'), ['msg hello, world', 'forget-passwords']);
    assert.deepEqual(await texts(1), ['forget-passwords']);
    assert.equal((await client.echo('on', 'all')).length, 2);
    await client.signal('SIGHUP');
    assert.equal((await client.seen.next('ECHO')).text, 'msg hello, world');
    await client.echo('off');
  });

  it('are refused with the words of the daemon, and the connection goes on', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket });
    await assert.rejects(client.verb(99), (error: CommandError) => {
      assert.ok(error instanceof CommandError);
      assert.deepEqual(
        [error.command, error.text, error.lines],
        ['verb 99', 'verb level is out of range', []],
      );
      return true;
    });
    await assert.rejects(client.authRetry('sometimes' as 'none'), (error: CommandError) => {
      assert.match(error.lines.join(), /^--auth-retry method must be/);
      return true;
    });
    const calls = [
      client.nclients(),
      client.kill('anybody'),
      client.clientKill(0),
      client.net(),
      client.username('Auth', 'alice'),
      client.password('Auth', 'secret'),
      client.needok('anything', 'ok'),
      client.needstr('anything', 'text'),
      client.signal('SIGFOO' as 'SIGHUP'),
      client.clientPf(0, ['[CLIENTS ACCEPT]', '[END]']),
      client.pushUpdateBroad('route 10.0.0.0'),
    ];
    for (const call of calls) await assert.rejects(call, refused);
    assert.equal(await client.pid(), daemon.pid);
    assert.deepEqual(client.seen.all, []);
  });

  it('are refused before they are sent when they could do harm', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket });
    const calls = [
      client.pkSig('AAAA'),
      client.rsaSig('AAAA'),
      client.certificate('-----BEGIN CERTIFICATE-----'),
      client.pkcs11IdCount(),
      client.kill('a\nsignal SIGTERM'),
      client.kill('x'.repeat(256)),
      client.bytecount(-1),
      client.raw('pk-sig'),
      client.raw('x'.repeat(1025)),
    ];
    for (const call of calls) await assert.rejects(call, EncodeError);
    assert.equal(await client.pid(), daemon.pid);
    assert.ok(!(await client.log('all')).some(({ text }) => /pk-sig|SIGTERM/.test(text)));
  });

  it('may be sent as they are, with the shape of the reply when the verb is a new one', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket });
    assert.deepEqual(await client.raw('pid'), [{ type: 'success', text: `pid=${daemon.pid}`, lines: [] }]);
    const [switched, history] = await client.raw('log on 2');
    assert.equal(switched?.type, 'success');
    assert.equal(history?.type === 'block' && history.lines.length, 2);
    await assert.rejects(client.raw('new-verb'), EncodeError);
    await assert.rejects(client.raw('new-verb', ['status']), refused);
    assert.equal(await client.pid(), daemon.pid);
  });

  it('stay in step after a version was announced, which some answer and others do not', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket });
    for (const version of [3, 4, 5]) {
      const [, pid, verb] = await Promise.all([client.announceVersion(version), client.pid(), client.verb()]);
      assert.deepEqual([pid, verb], [daemon.pid, 3]);
    }
    assert.deepEqual(client.seen.all, []);
  });

  it('can all be sent at once: each gets its own reply', async t => {
    const daemon = await openDaemon(t, []);
    const client = await open(t, { path: daemon.socket });
    const rounds = Array.from({ length: 200 }, () =>
      Promise.all([client.pid(), client.verb(), client.state('all'), client.hold(), client.log(3)]),
    );
    for (const [pid, verb, states, hold, log] of await Promise.all(rounds)) {
      assert.deepEqual([pid, verb, hold, log.length], [daemon.pid, 3, false, 3]);
      assert.equal(states.length > 0, true);
    }
  });

  it('work while it is held, but for status; and release lets it go', async t => {
    const daemon = await openDaemon(t, ['management-hold']);
    const client = await open(t, { path: daemon.socket });
    const { wait } = await client.seen.next('HOLD');
    assert.equal(wait, 0);
    await assert.rejects(client.status(), refused);
    // Held, it ignores the signal. Up to 2.5 it does not say so.
    const ignored = client.signal('SIGUSR1');
    await (isSince('2.6') ? assert.rejects(ignored, refused) : ignored);
    await client.seen.next('HOLD');
    assert.equal(await client.hold(), true);
    await client.state('on');
    await client.hold('release');
    await client.status();
    await client.signal('SIGUSR1');
    await client.seen.next('STATE', state => state.name === 'RECONNECTING');
    await client.seen.next('HOLD');
  });

  it('end it: signal SIGTERM; and exit ends the connection alone', async t => {
    const daemon = await openDaemon(t, []);
    const first = await open(t, { path: daemon.socket });
    await first.exit();
    assert.equal((await within('the connection ends', first.closed))?.reason, 'closed');
    const second = await open(t, { path: daemon.socket });
    await second.state('on');
    await second.signal('SIGTERM');
    assert.equal((await second.seen.next('STATE')).name, 'EXITING');
    assert.equal(await within('the daemon ends', daemon.exited), 0);
    assert.equal((await within('the connection ends', second.closed))?.reason, 'closed');
  });
});
