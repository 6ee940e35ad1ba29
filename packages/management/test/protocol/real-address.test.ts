import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { RealAddress } from '../../src/protocol/real-address.ts';
import { parseVirtualAddress } from '../../src/protocol/virtual-address.ts';

const parts = (text: string) => {
  const real = RealAddress.parse(text);
  return real && [real.protocol, String(real.address), real.port];
};

describe('the address of a peer', () => {
  it('is read in every form that 2.3 to 2.7 print', () => {
    assert.deepEqual(parts('198.51.100.7:49152'), [undefined, '198.51.100.7', 49152]);
    assert.deepEqual(parts('2001:db8::7'), [undefined, '2001:db8::7', undefined]);
    assert.deepEqual(parts('udp4:198.51.100.7:49152'), ['udp4', '198.51.100.7', 49152]);
    assert.deepEqual(parts('tcp4-server:198.51.100.7:49152'), ['tcp4-server', '198.51.100.7', 49152]);
    assert.deepEqual(parts('tcp6-server:[2001:db8::7]:443'), ['tcp6-server', '2001:db8::7', 443]);
    assert.deepEqual(parts('udp6:[fe80::7%eth0]:443'), ['udp6', 'fe80::7', 443]);
    assert.deepEqual(parts('[2001:db8::7]:443'), [undefined, '2001:db8::7', 443]);
    assert.deepEqual(parts('::ffff:198.51.100.7'), [undefined, '::ffff:198.51.100.7', undefined]);
  });

  it('has a port up to 65535', () => {
    assert.deepEqual(parts('1.2.3.4:0')?.[2], 0);
    assert.deepEqual(parts('1.2.3.4:65535')?.[2], 65535);
    for (const bad of [
      '1.2.3.4:65536',
      '1.2.3.4:',
      '1.2.3.4:x',
      '1.2.3.4:-1',
      'udp4:1.2.3.4',
      '[::1]',
      '[::1]:x',
    ])
      assert.equal(RealAddress.parse(bad), undefined, bad);
  });

  it('is nothing else', () => {
    for (const bad of [
      '',
      'client1',
      'UNDEF',
      '1.2.3:4',
      '1.2.3.4.5:6',
      'UDP4:1.2.3.4:5',
      ' 1.2.3.4:5',
      'udp4:[1.2.3.4]:x',
    ])
      assert.equal(RealAddress.parse(bad), undefined, bad);
    fc.assert(
      fc.property(fc.string(), text => RealAddress.parse(text)?.text === (RealAddress.parse(text) && text)),
    );
  });

  it('prints as the daemon printed it, which is what `kill` takes', () => {
    const real = RealAddress.parse('udp4:198.51.100.7:49152');
    assert.equal(`${real}`, 'udp4:198.51.100.7:49152');
    assert.equal(JSON.stringify({ real }), '{"real":"udp4:198.51.100.7:49152"}');
    assert.match(inspect(real), /udp4:198\.51\.100\.7:49152/);
  });
});

/** An interface as systems call it: by name on Unix, by number on Windows and where a name is not known. */
const zone = fc.oneof(
  fc.constantFrom('eth0', 'bgv0', 'wlp0s20f3', 'br-lan.7', 'tun@home'),
  fc.nat(99).map(String),
);
const port = fc.integer({ min: 0, max: 65_535 });
const mapped = fc.ipV4().map(address => `::ffff:${address}`);
type Form = readonly [protocol: string | undefined, host: string, zone: string | undefined, port?: number];

/** Every form of 2.3 to 2.7, with what it says. */
const printed: fc.Arbitrary<readonly [text: string, ...Form]> = fc.oneof(
  fc.tuple(fc.ipV4(), port).map(([host, n]) => [`${host}:${n}`, undefined, host, undefined, n] as const),
  fc.oneof(fc.ipV4(), fc.ipV6(), mapped).map(host => [host, undefined, host, undefined] as const),
  fc.tuple(fc.ipV6(), zone).map(([host, name]) => [`${host}%${name}`, undefined, host, name] as const),
  fc
    .tuple(fc.oneof(fc.ipV4(), fc.ipV6(), mapped), port)
    .map(([host, n]) => [`${host}(${n})`, undefined, host, undefined, n] as const),
  fc
    .tuple(fc.ipV6(), zone, port)
    .map(([host, name, n]) => [`${host}%${name}(${n})`, undefined, host, name, n] as const),
  fc.tuple(mapped, port).map(([host, n]) => [`${host}:${n}`, undefined, host, undefined, n] as const),
  fc
    .tuple(fc.ipV6(), zone, port)
    .map(([host, name, n]) => [`${host}%${name}:${n}`, undefined, host, name, n] as const),
  fc
    .tuple(fc.constantFrom('udp4', 'udp6', 'tcp4-server', 'tcp6-server', 'udp'), fc.ipV4(), port)
    .map(([protocol, host, n]) => [`${protocol}:${host}:${n}`, protocol, host, undefined, n] as const),
  fc
    .tuple(fc.constantFrom('udp6', 'tcp6-server'), fc.oneof(fc.ipV6(), mapped), port)
    .map(([protocol, host, n]) => [`${protocol}:[${host}]:${n}`, protocol, host, undefined, n] as const),
  fc
    .tuple(fc.constantFrom('udp6', 'tcp6-server'), fc.ipV6(), zone, port)
    .map(
      ([protocol, host, name, n]) => [`${protocol}:[${host}%${name}]:${n}`, protocol, host, name, n] as const,
    ),
);

describe('every address of a peer', () => {
  it('is read as what was printed, and prints so again', () => {
    fc.assert(
      fc.property(printed, ([text, protocol, host, zone, port]) => {
        const real = RealAddress.parse(text);
        assert.ok(real, text);
        assert.deepEqual(
          [String(real), real.protocol, String(real.address), real.zone, real.port],
          [text, protocol, host, zone, port],
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('is not guessed where a port could as well be a part of the address', () => {
    assert.deepEqual(parts('2001:db8::77:4000'), [undefined, '2001:db8::77:4000', undefined]);
    for (const bad of [
      '2001:db8::77:40000',
      'fe80::1%',
      'fe80::1%eth0:',
      'fe80::1%a b',
      '1.2.3.4%eth0',
      '1.2.3.4()',
    ])
      assert.equal(RealAddress.parse(bad), undefined, bad);
  });
});

describe('an address of the routing table', () => {
  it('is read with its flags, and so is the MAC address of a bridged client', () => {
    const shown = (text: string) => {
      const place = parseVirtualAddress(text);
      return place && [place.virtualAddress, place.prefixLength, place.vid, place.cached];
    };
    assert.deepEqual(shown('192.0.2.7C'), ['192.0.2.7', undefined, undefined, true]);
    assert.deepEqual(shown('fd88:5::12C'), ['fd88:5::12', undefined, undefined, true]);
    assert.deepEqual(shown('0a:1b:2c:3d:4e:5f@7'), ['0a:1b:2c:3d:4e:5f', undefined, 7, false]);
    assert.deepEqual(shown('0a:1b:2c:3d:4e:0cC'), ['0a:1b:2c:3d:4e:0c', undefined, undefined, true]);
    assert.deepEqual(shown('0a:1b:2c:3d:4e:0c@0C'), ['0a:1b:2c:3d:4e:0c', undefined, 0, true]);
  });

  it('is nothing that is not IPv4, IPv6 or MAC', () => {
    for (const bad of [
      '',
      'C',
      '10.8.0',
      '10.8.0.6/x',
      '10.8.0.6/',
      'fd00::/',
      'client1',
      '0a:1b:2c:3d:4e',
      '0a:1b:2c:3d:4e:5f@',
      '0a:1b:2c:3d:4e:5f/8',
      '10.8.0.6@7',
    ])
      assert.equal(parseVirtualAddress(bad), undefined, bad);
    fc.assert(fc.property(fc.string(), text => void parseVirtualAddress(text)));
  });
});
