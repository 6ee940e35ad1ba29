import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseState, stateNames } from '../../src/protocol/state.ts';
import { recordedLines } from '../recordings.ts';

/** What a line says, addresses as text and absent fields left out. */
function shown(line: string): Record<string, unknown> | undefined {
  const state = parseState(line);
  return state && (JSON.parse(JSON.stringify(state)) as Record<string, unknown>);
}

const time = new Date(1795289010_000).toJSON();

describe('a state', () => {
  it('of a client has both ends of the tunnel, since 2.4', () => {
    const [line = ''] = recordedLines('1795289010,CONNECTED,SUCCESS,10.77.0.2,10.99.0.1');
    assert.deepEqual(shown(line), {
      time,
      name: 'CONNECTED',
      description: 'SUCCESS',
      mode: 'client',
      upSince: time,
      localVirtualIpv4: '10.77.0.2',
      localVirtualIpv6: 'fd77::1000',
      remoteAddress: '10.99.0.1',
      remotePort: 1194,
    });
  });

  it('of a server has no remote address, and may have a local one', () => {
    const [line = ''] = recordedLines('1795289832,CONNECTED,SUCCESS,10.77.0.1,');
    const state = parseState(line);
    assert.equal(state?.mode, 'server');
    assert.equal(state.remoteAddress, undefined);
    assert.equal(String(state.localVirtualIpv6), 'fd77::1');
    assert.deepEqual(shown('1795289010,CONNECTED,SUCCESS,10.8.0.1,,,198.51.100.1,1194'), {
      time,
      name: 'CONNECTED',
      description: 'SUCCESS',
      mode: 'server',
      upSince: time,
      localVirtualIpv4: '10.8.0.1',
      localAddress: '198.51.100.1',
      localPort: 1194,
    });
  });

  it('up to 2.3 has four fields or five', () => {
    const common = {
      time,
      name: 'CONNECTED',
      description: 'SUCCESS',
      upSince: time,
      localVirtualIpv4: '10.8.0.6',
    };
    assert.deepEqual(shown('1795289010,CONNECTED,SUCCESS,10.8.0.6,198.51.100.1'), {
      ...common,
      mode: 'client',
      remoteAddress: '198.51.100.1',
    });
    assert.deepEqual(shown('1795289010,CONNECTED,SUCCESS,10.8.0.6,'), { ...common, mode: 'server' });
    assert.deepEqual(shown('1795289010,CONNECTED,SUCCESS,10.8.0.6'), { ...common, mode: 'server' });
    assert.deepEqual(shown('1795289010,WAIT,,'), { time, name: 'WAIT', description: '', mode: 'client' });
  });

  it('has a remote address with its zone, as it was printed', () => {
    const line = '1700000000,CONNECTED,SUCCESS,10.77.0.4,fe80::2c21:57ff:fe28:b2f1%bgv0,1194,,,fd88:77::1002';
    const state = parseState(line);
    assert.deepEqual(
      [state?.mode, String(state?.remoteAddress), state?.remoteAddress?.zone, state?.remotePort],
      ['client', 'fe80::2c21:57ff:fe28:b2f1%bgv0', 'bgv0', 1194],
    );
    assert.equal(String(state?.localVirtualIpv6), 'fd88:77::1002');
  });

  it('of a client is one of a client whatever stands for its server', () => {
    const field = fc.string({ minLength: 1 }).filter(text => !text.includes(','));
    fc.assert(
      fc.property(field, field, (remote, port) => {
        const state = parseState(`1,CONNECTED,SUCCESS,10.8.0.6,${remote},${port},,`);
        assert.equal(state?.mode, 'client');
        assert.equal(String(state.remoteAddress ?? state.remoteName), remote);
        assert.ok(state.remoteService === port || Number(port) === state.remotePort);
      }),
    );
    assert.deepEqual(shown('1795289010,CONNECTED,SUCCESS,10.8.0.6,vpn.example.net,openvpn,,'), {
      time,
      name: 'CONNECTED',
      description: 'SUCCESS',
      mode: 'client',
      upSince: time,
      localVirtualIpv4: '10.8.0.6',
      remoteName: 'vpn.example.net',
      remoteService: 'openvpn',
    });
  });

  it('says which mode the daemon has as soon as it can tell, and not before', () => {
    const mode = (rest: string) => parseState(`1,${rest}`)?.mode;
    for (const name of ['INITIAL', 'CONNECTING', 'ASSIGN_IP', 'ADD_ROUTES', 'RECONNECTING', 'EXITING', 'NEW'])
      assert.equal(mode(`${name},,,,,,`), undefined, name);
    for (const name of ['WAIT', 'AUTH', 'GET_CONFIG', 'RESOLVE', 'TCP_CONNECT', 'AUTH_PENDING'])
      assert.equal(mode(`${name},,,,,,`), 'client', name);
  });

  it('is up only while it is connected', () => {
    assert.equal(parseState('5,CONNECTED,ERROR,10.0.0.1,,')?.upSince?.getTime(), 5000);
    assert.equal(parseState('5,RECONNECTING,ping-restart,,,,,')?.upSince, undefined);
  });

  it('has its reason, and a name that is not known here yet', () => {
    assert.equal(
      parseState('5,EXITING,private-key-password-failure,,,,,')?.description,
      'private-key-password-failure',
    );
    assert.equal(parseState('5,AUTH_PENDING,timeout 60,,,,,')?.description, 'timeout 60');
    assert.equal(parseState('5,HIBERNATING,,,,,,')?.name, 'HIBERNATING');
    assert.equal(parseState('5,?,,,,,,')?.name, '?');
  });

  it('is read in every recorded line', () => {
    const lines = recordedLines('>STATE:').map(line => line.slice('>STATE:'.length));
    for (const line of lines) {
      const state = parseState(line);
      assert.ok(state && stateNames.some(name => name === state.name), line);
    }
  });

  it('is nothing without a time, a name and a description, and parsing never throws', () => {
    for (const line of [
      '',
      '1',
      '1,WAIT',
      'x,WAIT,',
      '1,,',
      ',WAIT,',
      '-1,WAIT,',
      '1.5,WAIT,',
      '99999999999999999,WAIT,',
    ])
      assert.equal(parseState(line), undefined, line);
    fc.assert(fc.property(fc.string(), line => void parseState(line)));
    fc.assert(fc.property(fc.array(fc.string()), fields => void parseState(`1,CONNECTED,${fields}`)));
  });
});
