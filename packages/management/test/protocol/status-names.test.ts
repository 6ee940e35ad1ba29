// Names come from peers, and formats 1 and 2 do not escape the commas in them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ServerStatus } from '../../src/protocol/status.ts';
import { parseStatus } from '../../src/protocol/status-parser.ts';
import { statusLines } from '../recordings.ts';
import { fieldLikeName } from './field-like-name.ts';

/** A recorded status with another name for its one client, and perhaps another user name. */
function renamed(format: 1 | 2 | 3, commonName: string, username = 'alice'): ServerStatus {
  const separator = format === 3 ? '\t' : ',';
  const lines = statusLines(`server-1client-v${format}`).map(line =>
    line
      .split(separator)
      .map(field => (field === 'client1' ? commonName : field === 'alice' ? username : field))
      .join(separator),
  );
  const status = parseStatus(lines);
  assert.ok(status?.mode === 'server');
  return status;
}

/** Names without a comma for every format, and with commas for format 1, where one reading alone is possible. */
const hostile = [
  'ERIC',
  'END',
  'ERROR: x',
  'SUCCESS: pid=1',
  '>LOG:evil',
  '>CLIENT:ENV',
  'ROUTING TABLE',
  'GLOBAL STATS',
  'CLIENT_LIST',
  'HEADER',
  'TITLE',
  'Updated',
  'Common Name',
  'Virtual Address',
  '10.8.0.6',
  '1.2.3.4:5',
  'name "q" ünï',
  '',
  ' ',
  'UNDEF',
  '__proto__',
  'a=b',
  '\udcff',
  '😀',
];

describe('a name without a comma', () => {
  it('never looks like anything but a name, in any format', () => {
    for (const commonName of hostile) {
      for (const format of [1, 2, 3] as const) {
        const { clients, routes, malformed } = renamed(format, commonName);
        assert.deepEqual(malformed, [], commonName);
        assert.deepEqual(
          clients.map(client => client.commonName),
          [commonName],
        );
        assert.deepEqual(
          routes.map(route => route.commonName),
          Array(4).fill(commonName),
        );
      }
    }
  });

  it('may have commas in format 3, which is separated by tabs', () => {
    fc.assert(
      fc.property(fieldLikeName, fieldLikeName, (parts, user) => {
        fc.pre(!/[\t]/.test(`${parts}${user}`) && !['', 'UNDEF'].includes(`${user}`));
        const { clients, malformed } = renamed(3, parts.join(','), user.join(','));
        assert.deepEqual(malformed, []);
        assert.deepEqual([clients[0]?.commonName, clients[0]?.username], [parts.join(','), user.join(',')]);
      }),
    );
  });
});

describe('a name with commas', () => {
  it('is exact in format 1, where only one reading is possible', () => {
    fc.assert(
      fc.property(fieldLikeName, parts => {
        const commonName = parts.join(',');
        const { clients, routes, malformed } = renamed(1, commonName);
        assert.deepEqual(malformed, []);
        assert.deepEqual([clients[0]?.commonName, routes[0]?.commonName], [commonName, commonName]);
      }),
    );
  });

  it('is exact in format 2 when only one reading makes sense', () => {
    const { clients, malformed } = renamed(2, 'a,b', 'x,y,z');
    assert.deepEqual(malformed, []);
    assert.deepEqual([clients[0]?.commonName, clients[0]?.username, clients[0]?.cid], ['a,b', 'x,y,z', 0]);
    assert.equal(renamed(2, 'Doe, Jane').clients[0]?.commonName, 'Doe, Jane');
    assert.equal(renamed(2, '>LOG:evil,name "q" ünï').clients[0]?.commonName, '>LOG:evil,name "q" ünï');
  });

  it('is malformed in format 2 when it could be read in two ways', () => {
    // This name holds a whole row: another address, and then a user name that would begin with the rest.
    const forged = 'mallory,198.51.100.9:1,10.77.0.99,,1,1,2026-11-21 19:17:19,1795288639,root';
    const { clients, routes, malformed } = renamed(2, forged);
    assert.deepEqual(clients, []);
    assert.equal(malformed.length, 1);
    assert.match(malformed[0] ?? '', /^CLIENT_LIST,mallory,/);
    // The routing table has no user names, so there it is exact.
    assert.deepEqual(
      routes.map(route => route.commonName),
      Array(4).fill(forged),
    );
  });

  it('never makes format 2 show anything but the truth or malformed', () => {
    fc.assert(
      fc.property(fieldLikeName, fieldLikeName, (parts, user) => {
        const [commonName, username] = [parts.join(','), user.join(',')];
        const { clients, malformed } = renamed(2, commonName, username);
        assert.equal(clients.length + malformed.length, 1);
        const [client] = clients;
        if (!client) return;
        const shownUser = username === '' || username === 'UNDEF' ? undefined : username;
        assert.deepEqual([client.commonName, client.username], [commonName, shownUser]);
        assert.equal(String(client.realAddress), '10.99.0.2:58409');
      }),
      { numRuns: 500 },
    );
  });

  it('costs no time beyond reason when it is made of nothing else', () => {
    assert.equal(renamed(2, ','.repeat(400)).clients.length, 1);
    assert.equal(renamed(2, ','.repeat(100_000)).clients.length, 0);
    assert.equal(renamed(2, ','.repeat(100_000)).malformed.length > 0, true);
  });
});
