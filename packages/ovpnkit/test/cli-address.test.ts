import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Target } from '@ovpnkit/management';
import fc from 'fast-check';
import { formatAddress, parseAddress } from '../src/cli/address.ts';
import { UsageError } from '../src/cli/usage-error.ts';

const forms: Readonly<Record<string, Target>> = {
  'unix:/run/a b.sock': { path: '/run/a b.sock' },
  'unix:relative': { path: 'relative' },
  '/run/server.sock': { path: '/run/server.sock' },
  './server.sock': { path: './server.sock' },
  '../server.sock': { path: '../server.sock' },
  'tcp:localhost:7505': { host: 'localhost', port: 7505 },
  '127.0.0.1:1': { host: '127.0.0.1', port: 1 },
  '[::1]:65535': { host: '::1', port: 65_535 },
  'tcp:[fd77::1]:7505': { host: 'fd77::1', port: 7505 },
  'listen:unix:/run/ours': { listen: { path: '/run/ours' } },
  'listen:/run/ours': { listen: { path: '/run/ours' } },
  'listen:localhost:7505': { listen: { host: 'localhost', port: 7505 } },
};

describe('an address', () => {
  for (const [text, target] of Object.entries(forms)) {
    it(`may be ${text}`, () => assert.deepEqual(parseAddress(text), target));
  }

  for (const text of [
    '',
    'nowhere',
    'unix:',
    'tcp:',
    'tcp:host',
    ':7505',
    'host:0',
    'host:65536',
    'host:x',
    '::1:5',
    'listen:',
    'listen:listen:/x',
    'tcp:a/b:1',
    'tcp:a b:1',
  ]) {
    it(`is not '${text}'`, () => assert.throws(() => parseAddress(text), UsageError));
  }

  it('comes back from its own text', () => {
    const plain = { noNullPrototype: true };
    const endpoint = fc.oneof(
      fc.record({ path: fc.string({ minLength: 1 }) }, plain),
      fc.record(
        { host: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()), port: fc.integer({ min: 1, max: 65_535 }) },
        plain,
      ),
    );
    const target = fc.oneof(endpoint, fc.record({ listen: endpoint }, plain));
    fc.assert(fc.property(target, target => assert.deepEqual(parseAddress(formatAddress(target)), target)));
  });
});
