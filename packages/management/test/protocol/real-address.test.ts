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

describe('an address of the routing table', () => {
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
