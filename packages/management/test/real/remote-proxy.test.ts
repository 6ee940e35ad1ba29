import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { established, heldClient, isSince, openLab, skip } from '@ovpnkit/lab/testing';
import { EncodeError } from '@ovpnkit/management';

const remotes = [
  'management-query-remote',
  'remote vpn1.example.invalid 1194 udp',
  'remote 198.18.0.99 443 udp4',
  'remote fd77::99 1194 udp6',
  'remote 198.18.0.98 1195 udp4',
];

describe('a client that asks where to connect', { skip, concurrency: true }, () => {
  it('is told to skip, to skip some, and to go elsewhere', async t => {
    const lab = await openLab(t, { client: () => [...heldClient, ...remotes] });
    const client = await lab.release(0);
    const first = await client.seen.next('REMOTE');
    assert.deepEqual([first.host, first.port, first.protocol], ['vpn1.example.invalid', '1194', 'udp']);
    await client.remote('SKIP');
    assert.equal((await client.seen.next('REMOTE')).host, '198.18.0.99');
    if (isSince('2.6')) await client.remote('SKIP', 2);
    else {
      await client.remote('SKIP');
      assert.equal((await client.seen.next('REMOTE')).host, 'fd77::99');
      await client.remote('SKIP');
    }
    assert.equal((await client.seen.next('REMOTE')).host, '198.18.0.98');
    await client.remote('MOD', '198.18.0.1', lab.port);
    assert.equal(String((await established(client)).remoteAddress), '198.18.0.1');
    await assert.rejects(client.remote('ACCEPT'), { name: 'CommandError' });
  });

  it('is told that its own choice is good, and tells all that it has', async t => {
    const lab = await openLab(t, { client: () => [...heldClient, 'management-query-remote'] });
    const client = await lab.release(0);
    const { host, port } = await client.seen.next('REMOTE');
    assert.deepEqual([host, port], ['198.18.0.1', '1194']);
    const entry = { index: 0, host: '198.18.0.1', port: '1194', protocol: 'udp', enabled: true };
    if (isSince('2.6')) {
      assert.equal(await client.remoteEntryCount(), 1);
      assert.deepEqual(await client.remoteEntryGet('all'), [entry]);
    } else await assert.rejects(client.remoteEntryCount(), { name: 'CommandError' });
    await client.remote('ACCEPT');
    await established(client);
  });

  it('lists its remote entries: all, one, some, none', async t => {
    const lab = await openLab(t, { client: () => [...heldClient, ...remotes] });
    const client = await lab.release(0);
    await client.seen.next('REMOTE');
    if (!isSince('2.6')) return assert.rejects(client.remoteEntryGet('all'), { name: 'CommandError' });
    assert.equal(await client.remoteEntryCount(), 4);
    const all = await client.remoteEntryGet('all');
    assert.deepEqual(
      all.map(({ index, host, port, protocol }) => [index, host, port, protocol]),
      [
        [0, 'vpn1.example.invalid', '1194', 'udp'],
        [1, '198.18.0.99', '443', 'udp4'],
        [2, 'fd77::99', '1194', 'udp6'],
        [3, '198.18.0.98', '1195', 'udp4'],
      ],
    );
    assert.deepEqual(await client.remoteEntryGet(2), [all[2]]);
    assert.deepEqual(await client.remoteEntryGet(1, 3), all.slice(1, 3));
    assert.deepEqual(await client.remoteEntryGet(9), []);
  });

  it('asks for a proxy, and does without one', async t => {
    const lab = await openLab(t, {
      protocol: 'tcp',
      client: () => [...heldClient, 'management-query-proxy'],
    });
    const client = await lab.release(0);
    const question = await client.seen.next('PROXY');
    assert.deepEqual([question.index, question.protocol, question.host], [1, 'TCP', '198.18.0.1']);
    await client.proxy('NONE');
    await established(client);
  });

  it('asks for a proxy, and cannot reach the one that it is given', async t => {
    const lines = ['management-query-proxy', 'connect-retry 1 1'];
    const lab = await openLab(t, { protocol: 'tcp', client: () => [...heldClient, ...lines] });
    const client = await lab.release(0);
    await client.hold('off');
    await client.seen.next('PROXY');
    await assert.rejects(client.proxy('HTTP', '', 8080), EncodeError);
    await assert.rejects(client.proxy('SOCKS', '127.0.0.1', 70_000), EncodeError);
    await client.proxy('HTTP', '127.0.0.1', 9, 'nct');
    // It tries, and asks again.
    await client.seen.next('PROXY');
    await client.proxy('NONE');
    await established(client);
  });
});
