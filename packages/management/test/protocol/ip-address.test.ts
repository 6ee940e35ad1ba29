import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { IpAddress } from '../../src/protocol/ip-address.ts';

const parse = (text: string): IpAddress => {
  const address = IpAddress.parse(text);
  assert.ok(address, text);
  return address;
};

/** Text that nearly is an address: its pieces in any number and order. */
const nearly = fc
  .array(
    fc.constantFrom(
      ':',
      '::',
      '.',
      '0',
      '1',
      '00',
      '255',
      '256',
      'ffff',
      'FFFF',
      '12345',
      'a',
      'g',
      '1.2.3.4',
      '%',
      '/',
      ' ',
    ),
    { maxLength: 17 },
  )
  .map(parts => parts.join(''));

const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
/** An IPv6 address with a run of zeros left out, in small or capital letters, with leading zeros or without. */
const ipv6 = fc
  .tuple(groups, fc.nat(8), fc.nat(8), fc.boolean(), fc.boolean())
  .map(([numbers, from, count, padded, capital]) => {
    const words = numbers.map(number => number.toString(16).padStart(padded ? 4 : 1, '0'));
    const text = [words.slice(0, from).join(':'), words.slice(from + count).join(':')].join('::');
    return capital ? text.toUpperCase() : text;
  });
const mixed = fc.tuple(ipv6, fc.ipV4()).map(([text, ipv4]) => text.replace(/[^:]*$/, ipv4));
const text = fc.oneof(fc.ipV4(), fc.ipV6(), ipv6, mixed, nearly, fc.string());

/** The number of an address, computed in another way: by Node's own URL parser. */
function numberOf(address: string): bigint {
  if (isIP(address) === 4) return BigInt(`0x${Buffer.from(address.split('.').map(Number)).toString('hex')}`);
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const words = (half: string) => (half === '' ? [] : half.split(':'));
  const [left, right] = [words(head), words(tail ?? '')];
  const all = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return BigInt(`0x${all.map(word => word.padStart(4, '0')).join('')}`);
}

describe('an address', () => {
  it('is what Node takes for one, but for zones', () => {
    fc.assert(
      fc.property(text, candidate => {
        const version = candidate.includes('%') ? 0 : isIP(candidate);
        assert.equal(IpAddress.parse(candidate)?.version ?? 0, version);
        assert.equal(IpAddress.test(candidate), version !== 0);
      }),
      { numRuns: 5000 },
    );
  });

  it('has no zone, port, prefix length or brackets', () => {
    for (const bad of [
      'fe80::1%eth0',
      '1.2.3.4:5',
      '10.0.0.0/8',
      '[::1]',
      ' ::1',
      '::1 ',
      '',
      '01.2.3.4',
      '1.2.3',
    ])
      assert.equal(IpAddress.parse(bad), undefined, bad);
  });

  it('of one link has its zone where that is asked for, which tells it from the same one of another link', () => {
    const [a, b] = [IpAddress.parseScoped('fe80::1%eth0'), IpAddress.parseScoped('fe80::1%eth1')];
    assert.ok(a && b);
    assert.deepEqual(
      [`${a}`, a.zone, a.version, a.toBigInt()],
      ['fe80::1%eth0', 'eth0', 6, parse('fe80::1').toBigInt()],
    );
    assert.ok(!a.equals(b) && !a.equals(parse('fe80::1')) && IpAddress.compare(a, b) < 0);
    assert.equal(IpAddress.parseScoped('10.0.0.1')?.zone, undefined);
    for (const bad of ['1.2.3.4%eth0', 'fe80::1%', '%eth0', 'fe80::1%a/b', 'fe80::1%a b', 'fe80::1%a%b'])
      assert.equal(IpAddress.parseScoped(bad), undefined, bad);
  });

  it('is its number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), ipv6, mixed), candidate => {
        fc.pre(isIP(candidate) !== 0);
        assert.equal(parse(candidate).toBigInt(), numberOf(candidate));
      }),
      { numRuns: 1000 },
    );
    assert.equal(parse('::ffff:1.2.3.4').toBigInt(), 0xffff_0102_0304n);
    assert.equal(parse('::').toBigInt(), 0n);
    assert.equal(parse('255.255.255.255').toBigInt(), 2n ** 32n - 1n);
    assert.equal(parse('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff').toBigInt(), 2n ** 128n - 1n);
  });

  it('sorts by its number, IPv4 before IPv6', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6())), texts => {
        const sorted = texts.map(parse).sort(IpAddress.compare);
        for (const [index, address] of sorted.slice(1).entries()) {
          const before = sorted[index];
          assert.ok(before && (before.version < address.version || before.toBigInt() <= address.toBigInt()));
        }
      }),
    );
    const texts = ['::1', '10.0.0.10', '10.0.0.9', '9.255.0.0', '::'];
    assert.deepEqual(texts.map(parse).sort(IpAddress.compare).map(String), [
      '9.255.0.0',
      '10.0.0.9',
      '10.0.0.10',
      '::',
      '::1',
    ]);
  });

  it('equals another way of writing it, and not an address of the other version', () => {
    assert.ok(parse('2001:DB8::1').equals(parse('2001:db8:0:0:0:0:0:1')));
    assert.ok(parse('::ffff:1.2.3.4').equals(parse('::ffff:102:304')));
    assert.ok(!parse('0.0.0.1').equals(parse('::1')));
  });

  it('prints as it came, everywhere', () => {
    const address = parse('2001:DB8::1');
    assert.equal(`${address}`, '2001:DB8::1');
    assert.equal(JSON.stringify({ address }), '{"address":"2001:DB8::1"}');
    assert.equal(inspect(address), 'IpAddress 2001:DB8::1');
  });
});
