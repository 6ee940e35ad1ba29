import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { logText, statusText } from '../src/client/event-text.ts';
import { inlineFiles } from '../src/client/inline-files.ts';
import { createLatestQueue } from '../src/client/latest-queue.ts';
import { parseProfile } from '../src/tunnel/profile/parse-profile.ts';

const reading = (files: Record<string, string>) => async (name: string) => {
  const text = files[name];
  if (text === undefined) throw new Error(`no ${name}`);
  return Buffer.from(text);
};

test('the files of a profile come to stand in it, and nothing else changes', async () => {
  const profile = [
    'client # ca elsewhere.pem',
    'ca "my ca.pem"',
    '--cert c.pem',
    'tls-auth ta.key 1',
    '<key>',
    'ca in-a-block.pem',
    '</key>',
    'key [inline]',
    'crl-verify lists dir',
    'auth-user-pass',
    'pkcs12 p12',
    '; dh dh.pem',
  ].join('\n');
  const files = { 'my ca.pem': 'CA\n', 'c.pem': 'CERT', 'ta.key': 'TA\n', p12: '\x00\x01' };
  deepEqual((await inlineFiles(profile, reading(files))).split('\n'), [
    'client # ca elsewhere.pem',
    ...['<ca>', 'CA', '</ca>'],
    ...['<cert>', 'CERT', '</cert>'],
    ...['<tls-auth>', 'TA', '</tls-auth>', 'key-direction 1'],
    ...['<key>', 'ca in-a-block.pem', '</key>'],
    'key [inline]',
    'crl-verify lists dir',
    'auth-user-pass',
    ...['<pkcs12>', 'AAE=', '</pkcs12>'],
    '; dh dh.pem',
  ]);
});

test('a bundle is in short lines, for openvpn finds none in a long one', async () => {
  const bytes = Buffer.alloc(100, 7);
  const [, ...lines] = (await inlineFiles('pkcs12 x', () => Promise.resolve(bytes))).split('\n');
  equal(lines.pop(), '</pkcs12>');
  deepEqual(
    lines.map(({ length }) => length),
    [64, 64, 8],
  );
  deepEqual(Buffer.from(lines.join(''), 'base64'), bytes);
});

test('a file that cannot be read, or would end its block, is refused', async () => {
  await rejects(inlineFiles('ca x', reading({})), /^Error: no x$/);
  await rejects(inlineFiles('ca x', reading({ x: 'a\n</ca>\nup /bin/evil' })), /x cannot stand in a profile/);
});

test('whatever a file holds, it is the body of its block and adds no directive', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '<', '>', '/', 'c', '#', '"') });
  await fc.assert(
    fc.asyncProperty(text, async body => {
      let inlined: string;
      try {
        inlined = await inlineFiles('client\nca x\nnobind', reading({ x: body }));
      } catch {
        return; // refused
      }
      const names = parseProfile(inlined).directives.map(({ name }) => name);
      deepEqual(names, ['client', 'ca', 'nobind']);
    }),
  );
});

test('a queue gives what came last, in order, and says how much it lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.nat(12), async (capacity, count) => {
      const queue = createLatestQueue<number>(capacity);
      for (let value = 0; value < count; value++) queue.push(value);
      queue.end();
      queue.push(99);
      const got: number[] = [];
      let lost = 0;
      for (let next = await queue.next(); next; next = await queue.next()) {
        if ('lost' in next) lost += next.lost;
        else got.push(next.value);
      }
      equal(lost, Math.max(0, count - capacity));
      deepEqual(got, Array.from({ length: count }, (_, index) => index).slice(-capacity));
    }),
  );
});

test('a queue wakes its reader, forgets what is old, and ends with the error', async () => {
  const queue = createLatestQueue<number>(3);
  const first = queue.next();
  queue.push(1);
  deepEqual(await first, { value: 1 });
  for (const value of [2, 3, 4]) queue.push(value);
  queue.dropThrough(value => value === 3);
  queue.dropThrough(value => value === 9);
  queue.end(new Error('over'));
  deepEqual(await queue.next(), { value: 4 });
  await rejects(queue.next(), /over/);
});

test('events are told in the words of OpenVPN 3', () => {
  equal(
    statusText({ major: 'CONNECTION', minor: 'CONN_CONNECTED', message: '' }),
    'Connection, Client connected',
  );
  equal(
    statusText({ major: 'CONNECTION', minor: 'CONN_PAUSING', message: 'Reason: x' }),
    'Connection, Client pausing connection: Reason: x',
  );
  equal(logText(7, 7, 'no'), 'Client !! CRITICAL !!: no');
  equal(logText(0, 4, 'x'), 'INFO: x');
  equal(logText(77, 88, 'x'), '(group 77) (category 88): x');
});
