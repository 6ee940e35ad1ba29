import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { EncodeError, LookupError, type ManagementClient } from '../src/index.ts';
import { findClients } from '../src/protocol/client-lookup.ts';
import { parseStatus } from '../src/protocol/status-parser.ts';
import { connected } from './connected.ts';

const since = '2026-01-24 14:47:28\t1769266048';
/** `name real virtual4 virtual6 user cid` */
const row = (text: string): string => {
  const [name, real, ipv4 = '', ipv6 = '', user = 'UNDEF', cid = ''] = text
    .split(' ')
    .map(each => (each === '-' ? '' : each));
  return ['CLIENT_LIST', name, real, ipv4, ipv6, 1, 2, since, user, cid, cid, 'AES-256-GCM'].join('\t');
};
const columns =
  'Common Name\tReal Address\tVirtual Address\tVirtual IPv6 Address\tBytes Received\tBytes Sent\tConnected Since\tConnected Since (time_t)\tUsername\tClient ID\tPeer ID\tData Channel Cipher';
const statusOf = (clients: readonly string[], routes: readonly string[] = []): string[] => [
  'TITLE\tOpenVPN 2.7.8 x86_64',
  'TIME\t2026-01-24 14:47:42\t1769266062',
  `HEADER\tCLIENT_LIST\t${columns}`,
  ...clients.map(row),
  'HEADER\tROUTING_TABLE\tVirtual Address\tCommon Name\tReal Address\tLast Ref\tLast Ref (time_t)',
  ...routes.map(text => `ROUTING_TABLE\t${text.split(' ').join('\t')}\t${since}`),
  'GLOBAL_STATS\tMax bcast/mcast queue length\t0',
];

const office = [
  'alice udp4:198.51.100.7:1194 10.8.0.2 fd00::2 anna 0',
  'bob tcp4-server:198.51.100.8:1194 10.8.0.3 - bob 1',
  'udp6 udp4:198.51.100.9:1194 10.8.0.4 - - 2',
  'carol udp6:[2001:db8::7]:1194 10.8.0.5 - - 3',
  'a:b udp6:[fe80::7%eth0]:1194 10.8.0.6 - - 4',
  'twin udp4:198.51.100.10:1 10.8.0.7 - - 5',
  'twin udp4:198.51.100.10:2 10.8.0.8 - - 6',
  'anna udp6:[::ffff:198.51.100.11]:3 10.8.0.9 - - 7',
  '10.8.0.3 udp4:198.51.100.12:3 10.8.0.10 - - 8',
  'cid:0 udp4:198.51.100.13:3 10.8.0.11 - - 9',
];
const behind = [
  '192.168.7.0/24 carol udp6:[2001:db8::7]:1194',
  '0a:1b:2c:3d:4e:5fC bob tcp4-server:198.51.100.8:1194',
];

/** A client of a server with these clients, and the commands that came behind `status 3`. */
async function serverWith(
  t: TestContext,
  status: readonly string[],
  answer: (line: string) => string | string[] = () => 'SUCCESS: client-kill command succeeded',
  management = 6,
): Promise<[ManagementClient, string[]]> {
  const lines: string[] = [];
  const client = await connected(
    t,
    session =>
      session.answer(line => {
        if (line === 'status 3') return [...status, 'END'];
        lines.push(line);
        return answer(line);
      }),
    { management },
  );
  return [client, lines];
}

describe('a client of a server', () => {
  it('is found by whatever a user may type for it', () => {
    const status = parseStatus(statusOf(office, behind));
    assert.ok(status?.mode === 'server' && status.malformed.length === 0);
    const found = (target: string) => findClients(status, target).map(({ cid }) => cid);
    const expected: Readonly<Record<string, number[]>> = {
      alice: [0],
      'udp4:198.51.100.7:1194': [0],
      'udp:198.51.100.7:1194': [0],
      '198.51.100.7:1194': [0],
      '198.51.100.7': [0],
      '10.8.0.2': [0],
      'fd00:0:0::2': [0],
      'cid:0': [0],
      'tcp:198.51.100.8:1194': [1],
      'udp:198.51.100.8:1194': [],
      udp6: [2],
      'udp6:[2001:db8::7]:1194': [3],
      '[2001:DB8::7]:1194': [3],
      '2001:db8::7': [3],
      '2001:db8::': [],
      '192.168.7.0/24': [3],
      '192.168.7.0': [],
      '0a:1b:2c:3d:4e:5f': [1],
      'a:b': [4],
      a: [],
      'fe80::7': [4],
      'fe80::7%eth0': [4],
      'fe80::7%eth1': [],
      twin: [5, 6],
      '198.51.100.10': [5, 6],
      '198.51.100.10:2': [6],
      '198.51.100.11:3': [7],
      '::ffff:198.51.100.7': [0],
      anna: [0, 7],
      '10.8.0.3': [1, 8],
      'cid:9': [9],
      'cid:99': [],
      'cid:': [],
      '': [],
    };
    for (const [target, cids] of Object.entries(expected)) assert.deepEqual(found(target), cids, target);
    for (const client of status.clients)
      if (client.cid !== undefined && ![5, 6, 7, 8].includes(client.cid))
        assert.deepEqual(found(client.realAddress.text), [client.cid]);
  });

  it('is found by its address as printed, in every form that was reported', () => {
    const text = readFileSync(
      new URL('./recordings/status/reported-addresses-v3.txt', import.meta.url),
      'latin1',
    );
    const status = parseStatus(text.trimEnd().split('\n'));
    assert.ok(status?.mode === 'server');
    assert.deepEqual(status.malformed, []);
    for (const client of status.clients)
      assert.ok(findClients(status, client.realAddress.text).includes(client), client.realAddress.text);
  });

  it('is never found by a part of what it is', () => {
    const status = parseStatus(statusOf(office, behind));
    assert.ok(status?.mode === 'server');
    fc.assert(
      fc.property(fc.string(), text => {
        for (const client of findClients(status, text))
          assert.ok(
            [client.commonName, client.username, client.realAddress.text, `cid:${client.cid}`].includes(
              text,
            ) || /[.:]/.test(text),
          );
      }),
    );
  });
});

describe('disconnectClients', () => {
  it('sends one client-kill for the one that is meant, and says which it was', async t => {
    const [client, lines] = await serverWith(t, statusOf(office, behind));
    const [gone] = await client.disconnectClients('udp6:[2001:db8::7]:1194');
    assert.deepEqual([gone?.cid, gone?.client?.commonName], [3, 'carol']);
    await client.disconnectClients('a:b', { order: 'HALT', reason: 'so "long"' });
    await client.disconnectClients('cid:2', { reason: '[P]hello' });
    await client.disconnectClients('alice', { order: 'HALT' });
    assert.deepEqual(lines, [
      'client-kill 3',
      'client-kill 4 "HALT,so \\"long\\""',
      'client-kill 2 "RESTART,[P]hello"',
      'client-kill 0 HALT',
    ]);
  });

  it('refuses more than one, unless all are wanted, and nobody', async t => {
    const [client, lines] = await serverWith(t, statusOf(office, behind));
    for (const [target, reason] of [
      ['twin', 'ambiguous'],
      ['anna', 'ambiguous'],
      ['10.8.0.3', 'ambiguous'],
      ['nobody', 'none'],
      ['cid:77', 'none'],
    ] as const)
      await assert.rejects(client.disconnectClients(target), (error: unknown) => {
        assert.ok(error instanceof LookupError);
        return error.target === target && error.reason === reason;
      });
    await assert.rejects(client.disconnectClients('twin'), {
      message:
        'twin: 2 clients are meant, cid:5 (twin, udp4:198.51.100.10:1), cid:6 (twin, udp4:198.51.100.10:2); name one of them, or ask for all (--all)',
    });
    await assert.rejects(client.disconnectClients('alice', { reason: 'two\nlines' }), EncodeError);
    assert.deepEqual(lines, []);
    assert.deepEqual(
      (await client.disconnectClients('twin', { all: true })).map(({ cid }) => cid),
      [5, 6],
    );
    assert.deepEqual(lines, ['client-kill 5', 'client-kill 6']);
  });

  it('passes over those of many that are gone meanwhile, and tells what one was refused for', async t => {
    const refuse = (cid: number) => (line: string) =>
      line === `client-kill ${cid}`
        ? 'ERROR: client-kill command failed'
        : 'SUCCESS: client-kill command succeeded';
    const [client] = await serverWith(t, statusOf(office), refuse(5));
    assert.deepEqual(
      (await client.disconnectClients('twin', { all: true })).map(({ cid }) => cid),
      [6],
    );
    await assert.rejects(client.disconnectClients('cid:5'), { name: 'CommandError' });
  });

  it('looks up no name in a status that may lack somebody, and takes a CID', async t => {
    const [client, lines] = await serverWith(t, statusOf([...office, 'x nowhere - - - 20']));
    await assert.rejects(client.disconnectClients('alice', { all: true }), { reason: 'incomplete' });
    assert.deepEqual(lines, []);
    const [known] = await client.disconnectClients('cid:0');
    assert.equal(known?.client?.commonName, 'alice');
    assert.deepEqual(await client.disconnectClients('cid:20'), [{ cid: 20, client: undefined }]);
    assert.deepEqual(lines, ['client-kill 0', 'client-kill 20']);
  });

  it('does so too where nothing of the status came but its title', async t => {
    const [client, lines] = await serverWith(t, ['TITLE\tOpenVPN 2.7.8 x86_64']);
    await assert.rejects(client.disconnectClients('alice'), { reason: 'incomplete' });
    assert.deepEqual(await client.disconnectClients('cid:3'), [{ cid: 3, client: undefined }]);
    assert.deepEqual(lines, ['client-kill 3']);
  });

  it('says that a client has none', async t => {
    const [client] = await serverWith(t, [
      'OpenVPN STATISTICS',
      'Updated,2026-11-28 14:37:26',
      'TUN/TAP read bytes,0',
    ]);
    await assert.rejects(client.disconnectClients('cid:0'), { reason: 'no server' });
  });

  it('does what can be done on 2.3, whose status has no CIDs', async t => {
    const columns23 =
      'Common Name,Real Address,Virtual Address,Bytes Received,Bytes Sent,Connected Since,Connected Since (time_t),Username';
    const old = (name: string, real: string) =>
      `CLIENT_LIST\t${name}\t${real}\t10.77.0.6\t452352\t529252\tThu Mar  2 23:38:23 2017\t1488515903\t${name}`;
    const status = [
      'TITLE\tOpenVPN 2.3.11 armle-unknown-linux-gnu [SSL (OpenSSL)]',
      'TIME\tThu Mar  2 23:59:30 2017\t1488517170',
      `HEADER\tCLIENT_LIST\t${columns23.replaceAll(',', '\t')}`,
      old('mara', '::ffff:198.51.100.23(1194)'),
      old('paul', '198.51.100.24:1194'),
      old('two', '2001:db8::1'),
      old('two', '2001:db8::2'),
      'HEADER\tROUTING_TABLE\tVirtual Address,Common Name,Real Address,Last Ref,Last Ref (time_t)'.replaceAll(
        ',',
        '\t',
      ),
      'GLOBAL_STATS\tMax bcast/mcast queue length\t0',
    ];
    const [client, lines] = await serverWith(t, status, () => 'SUCCESS: 1 client(s) killed', 1);
    assert.equal((await client.disconnectClients('::ffff:198.51.100.23(1194)'))[0]?.cid, undefined);
    await client.disconnectClients('paul');
    assert.deepEqual(lines, ['kill mara', 'kill 198.51.100.24:1194']);
    await assert.rejects(client.disconnectClients('2001:db8::2'), EncodeError);
    await assert.rejects(client.disconnectClients('paul', { order: 'HALT' }), EncodeError);
    assert.equal(lines.length, 2);
  });
});

describe('kill', () => {
  it('refuses an address that this version takes for a name, once that is known', async t => {
    for (const [release, management] of [
      ['2.6.14', 5],
      ['2.7.0', 5],
      ['2.7.8', 6],
    ] as const) {
      const [client] = await serverWith(
        t,
        [],
        line =>
          line === 'version'
            ? [`OpenVPN Version: OpenVPN ${release} x`, `Management Version: ${management}`, 'END']
            : 'SUCCESS: x',
        management,
      );
      await client.version();
      const old = release === '2.6.14';
      const ipv4 = client.kill('198.51.100.7:1194');
      await (old ? ipv4 : assert.rejects(ipv4, EncodeError));
      await client.kill('udp:198.51.100.7:1194');
      await assert.rejects(client.kill('fd05::2'), {
        name: 'EncodeError',
        message: /'fd05'.*disconnectClients/,
      });
    }
  });
});

describe('the commands of a server', () => {
  it('go out in the order of their calls', async t => {
    const [client, lines] = await serverWith(t, [], () => 'SUCCESS: x', 5);
    await Promise.all([
      client.kill('alice'),
      client.kill('198.51.100.7:1'),
      client.clientKill(3),
      client.kill('bob'),
    ]);
    assert.deepEqual(lines, ['kill alice', 'kill 198.51.100.7:1', 'client-kill 3', 'kill bob']);
  });
});
