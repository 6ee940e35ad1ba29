import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { EncodeError, hideSecrets } from '../src/index.ts';
import { createPushUpdateReader, packPushUpdate } from '../src/protocol/push-update.ts';
import { connected } from './connected.ts';

const route = (number: number) => `route 10.${number}.0.0 255.255.0.0`;
const routes = (count: number) => Array.from({ length: count }, (_, index) => route(index)).join(',');

/** As OpenVPN 2.7.8 answers it, to one client or to none. */
const updated = ['SUCCESS: 1 client(s) updated', 'SUCCESS: push-update command succeeded'];
const none = ['ERROR: no client updated', 'ERROR: push-update command failed'];

describe('a push-update', () => {
  it('is answered with two lines, and what was sent with it gets its own reply', async t => {
    const client = await connected(
      t,
      session =>
        session.answer(line => {
          if (line.startsWith('push-update-cid 9')) return none;
          if (line.startsWith('push-update')) return updated;
          return line === 'pid' ? 'SUCCESS: pid=7' : 'SUCCESS: nclients=1,bytesin=3081,bytesout=3219';
        }),
      { management: 6 },
    );
    const [count, raw, refused, pid, stats] = await Promise.allSettled([
      client.pushUpdateBroad(route(1)),
      client.raw(`push-update-cid 0 "${route(1)}"`),
      client.pushUpdateCid(9, route(1)),
      client.pid(),
      client.loadStats(),
    ]);
    assert.equal(count.status === 'fulfilled' && count.value, 1);
    assert.equal(raw.status === 'fulfilled' && raw.value.length, 2);
    assert.deepEqual(refused.status === 'rejected' && [refused.reason.name, refused.reason.text], [
      'CommandError',
      'no client updated',
    ]);
    assert.equal(pid.status === 'fulfilled' && pid.value, 7);
    assert.equal(stats.status === 'fulfilled' && stats.value.bytesIn, 3081n);
  });

  it('that the daemon does not carry out is answered with one', async t => {
    const client = await connected(t, session =>
      session.answer(line =>
        line === 'pid'
          ? 'SUCCESS: pid=7'
          : "ERROR: unknown command [push-update-broad], enter 'help' for more options",
      ),
    );
    const [update, pid] = await Promise.allSettled([client.pushUpdateBroad('dns'), client.pid()]);
    assert.equal(update.status, 'rejected');
    assert.equal(pid.status === 'fulfilled' && pid.value, 7);
  });

  it('has the lines about clients that cannot take it before its own', async t => {
    const lines = ['PUSH_UPDATE: not sending message to unsupported peer with ID: 3', ...updated];
    const client = await connected(t, session =>
      session.answer(line => (line === 'pid' ? 'SUCCESS: pid=7' : lines)),
    );
    assert.deepEqual(await Promise.all([client.pushUpdateBroad('dns'), client.pid()]), [1, 7]);
  });

  it('of more than 255 bytes goes out in parts, each option in one with all others of its name', async t => {
    const sent: string[] = [];
    const client = await connected(t, session =>
      session.answer(line => {
        sent.push(line);
        return updated;
      }),
    );
    const options = `${routes(4)},dns server 1 address 198.51.100.1,${routes(4)},dhcp-option DOMAIN a.example,-ifconfig`;
    assert.equal(await client.pushUpdateCid(3, options), 1);
    assert.deepEqual(sent, [
      `push-update-cid 3 "${routes(4)},${routes(4)},dns server 1 address 198.51.100.1"`,
      'push-update-cid 3 "dhcp-option DOMAIN a.example,-ifconfig"',
    ]);
    await assert.rejects(client.pushUpdateBroad(routes(12)), {
      name: 'EncodeError',
      message: /has 325 bytes of route, which must go out together/,
    });
    assert.equal(sent.length, 2);
  });

  it('is never cut within an option, and loses none', () => {
    const option = fc
      .tuple(
        fc.constantFrom('route', '-route', '?dns', '-?dns', 'ifconfig', 'tun-mtu'),
        fc.stringMatching(/^[a-z0-9 .:é]{0,60}$/),
      )
      .map(([name, rest]) => `${name} ${rest}`);
    fc.assert(
      fc.property(fc.array(option, { maxLength: 20 }), list => {
        let parts: string[];
        try {
          parts = packPushUpdate(list.join(','));
        } catch (error) {
          return assert.ok(error instanceof EncodeError);
        }
        assert.ok(parts.every(part => Buffer.byteLength(part) <= 255));
        assert.deepEqual(parts.join(',').split(',').toSorted(), list.join(',').split(',').toSorted());
        const names = parts.map(part => new Set(part.split(',').map(each => /^-?\??(\S*)/.exec(each)?.[1])));
        for (const [index, set] of names.entries())
          for (const other of names.slice(index + 1)) assert.ok([...set].every(name => !other.has(name)));
      }),
    );
  });
});

describe('a push-update at its client', () => {
  const line = (options: string) => `PUSH: Received control message: 'PUSH_UPDATE,${options}'`;

  it('is an event behind the line of the log that tells it', async t => {
    const client = await connected(
      t,
      session => {
        session.send(`>LOG:1795876714,,${line('route 10.4.0.0 255.255.0.0,-dns')}`);
        session.send(
          `>LOG:1795876714,,PUSH: Received control message: 'PUSH_REPLY,route 10.5.0.0 255.255.0.0'`,
        );
        session.send('>INFO:end');
        return session.silence();
      },
      { management: 6 },
    );
    const events = client.events();
    const seen = [];
    for (let event = (await events.next()).value; event?.type !== 'INFO'; event = (await events.next()).value)
      seen.push(event?.type === 'PUSH_UPDATE' ? event : event?.type);
    assert.deepEqual(seen, [
      'LOG',
      { type: 'PUSH_UPDATE', options: ['route 10.4.0.0 255.255.0.0', '-dns'] },
      'LOG',
    ]);
  });

  it('is shown without a token that a server may put there', () => {
    const shown = hideSecrets({ type: 'PUSH_UPDATE', options: ['route 10.1.0.0', 'auth-token hunter2'] });
    assert.equal(shown.options[0], 'route 10.1.0.0');
    assert.ok(!JSON.stringify(shown).includes('hunter2'));
  });

  it('that comes in several messages is one', () => {
    const reader = createPushUpdateReader();
    assert.equal(reader.push(line('route 10.1.0.0,push-continuation 2')), undefined);
    assert.equal(reader.push('something else'), undefined);
    assert.deepEqual(reader.push(line('route 10.2.0.0,push-continuation 1')), [
      'route 10.1.0.0',
      'route 10.2.0.0',
    ]);
    assert.deepEqual(reader.push(line('-dns')), ['-dns']);
  });

  it('is nothing that a peer can make up in the middle of a line', () => {
    const reader = createPushUpdateReader();
    fc.assert(fc.property(fc.string(), text => assert.equal(reader.push(`x${text}${line('a')}`), undefined)));
  });
});
