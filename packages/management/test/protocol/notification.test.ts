import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Notification, parseNotification } from '../../src/protocol/notification.ts';
import { recordedLines } from '../recordings.ts';

/** The one recorded line that begins like this. */
function recorded(beginning: string): Notification {
  const [line = ''] = recordedLines(beginning);
  return parseNotification(line);
}

describe('notifications that were recorded', () => {
  it('INFO is the greeting', () => {
    assert.deepEqual(recorded('>INFO:'), {
      type: 'INFO',
      text: "OpenVPN Management Interface Version 5 -- type 'help' for more info",
    });
  });

  it('BYTECOUNT and BYTECOUNT_CLI have counters of any size', () => {
    assert.deepEqual(recorded('>BYTECOUNT:3185,'), { type: 'BYTECOUNT', received: 3185n, sent: 2962n });
    const event = recorded('>BYTECOUNT_CLI:0,');
    assert.ok(event.type === 'BYTECOUNT_CLI' && event.cid === 0 && event.received > 0n && event.sent > 0n);
    assert.deepEqual(parseNotification('>BYTECOUNT:18446744073709551615,9007199254740993'), {
      type: 'BYTECOUNT',
      received: 18446744073709551615n,
      sent: 9007199254740993n,
    });
  });

  it('CLIENT:ADDRESS has an address or a network, and says whether it is the own one', () => {
    assert.deepEqual(
      ['>CLIENT:ADDRESS,0,10.77.0.50', '>CLIENT:ADDRESS,0,172.31.5.0', '>CLIENT:ADDRESS,0,fd88::'].map(
        line => {
          const event = recorded(line);
          if (event.type !== 'CLIENT' || event.kind !== 'ADDRESS') return event;
          return [event.cid, String(event.address), event.mask, event.primary];
        },
      ),
      [
        [0, '10.77.0.50', undefined, true],
        [0, '172.31.5.0', '255.255.255.0', false],
        [0, 'fd88::', '64', false],
      ],
    );
  });

  it('ECHO keeps its text as it is', () => {
    assert.deepEqual(recorded('>ECHO:1795289010,msg'), {
      type: 'ECHO',
      time: new Date(1795289010_000),
      text: 'msg hello%2C world',
    });
  });

  it('FATAL has its text', () => {
    const text = 'Error: private key password verification failed';
    assert.deepEqual(recorded('>FATAL:Error'), { type: 'FATAL', text });
  });

  it('HOLD tells how long to wait, or nothing before 2.4', () => {
    assert.deepEqual(recorded('>HOLD:Waiting for hold release:1'), {
      type: 'HOLD',
      text: 'Waiting for hold release:1',
      wait: 1,
    });
    assert.deepEqual(parseNotification('>HOLD:Waiting for hold release'), {
      type: 'HOLD',
      text: 'Waiting for hold release',
      wait: undefined,
    });
  });

  it('LOG has flags, or none, and a text that may hold commas', () => {
    assert.deepEqual(recorded(">LOG:1795289009,D,MANAGEMENT: CMD 'username"), {
      type: 'LOG',
      time: new Date(1795289009_000),
      flags: 'D',
      severity: 'debug',
      text: `MANAGEMENT: CMD 'username "Auth" "alice"'`,
    });
    const push = recorded('>LOG:1795289010,,PUSH: Received control message:');
    assert.ok(push.type === 'LOG' && push.flags === '' && push.severity === undefined);
    assert.match(push.text, /^PUSH: .*,ifconfig 10\.77\.0\.2 255\.255\.255\.0,peer-id 0,.*,tun-mtu 1500'$/);
  });

  it('NEED-OK and NEED-STR have a name and a text', () => {
    assert.deepEqual(recorded('>NEED-OK:'), {
      type: 'NEED-OK',
      name: 'token-insertion-request',
      text: 'Please insert omg token token',
    });
    assert.deepEqual(recorded('>NEED-STR:'), {
      type: 'NEED-STR',
      name: 'pkcs11-id-request',
      text: 'Please specify PKCS#11 id to use',
    });
    // As the official notes have it.
    const documented = parseNotification(">NEED-STR:Need 'name' input MSG:What is it: x");
    assert.deepEqual(documented, { type: 'NEED-STR', name: 'name', text: 'What is it: x' });
  });

  it('NEED-CERTIFICATE has a hint that may hold colons', () => {
    const hint = 'macosx-keychain:subject:o=OpenVPN-TEST';
    assert.deepEqual(recorded('>NEED-CERTIFICATE:'), { type: 'NEED-CERTIFICATE', hint });
  });

  it('NOTIFY has a severity, a kind and a text, which may be empty', () => {
    assert.deepEqual(
      recordedLines('>NOTIFY:')
        .map(parseNotification)
        .map(event => (event.type === 'NOTIFY' ? [event.severity, event.kind, event.text] : event))
        .sort(),
      [
        ['info', 'remote-exit', 'EXIT'],
        ['info', 'server-pushed-connection-reset', ''],
        ['info', 'server-pushed-connection-reset', '[NP]please move'],
        ['info', 'server-pushed-halt', 'bye'],
      ],
    );
  });

  it('PKCS11ID-ENTRY may be of an identity that is not there', () => {
    assert.deepEqual(recorded('>PKCS11ID-COUNT:'), { type: 'PKCS11ID-COUNT', count: 1 });
    assert.deepEqual(recorded(">PKCS11ID-ENTRY:'9'"), {
      type: 'PKCS11ID-ENTRY',
      index: 9,
      id: undefined,
      blob: undefined,
    });
    const entry = recorded(">PKCS11ID-ENTRY:'0'");
    assert.ok(entry.type === 'PKCS11ID-ENTRY' && entry.blob?.startsWith('MIIDSDCCAjCg'));
    assert.equal(entry.id, 'SoftHSM\\x20project/SoftHSM\\x20v2/c439f046119986d4/omg\\x20token/01');
  });

  it('PK_SIGN names an algorithm that may hold commas, or none, and RSA_SIGN never does', () => {
    const algorithms = recordedLines('>PK_SIGN:')
      .map(parseNotification)
      .map(event => event.type === 'PK_SIGN' && event.algorithm);
    const pss = 'RSA_PKCS1_PSS_PADDING,hashalg=SHA256,saltlen=digest';
    assert.deepEqual(new Set(algorithms), new Set([pss, 'ECDSA', undefined]));
    assert.deepEqual(recorded('>RSA_SIGN:'), {
      type: 'RSA_SIGN',
      data: 'Kjo/F/QhZ8wv5WyCnyCNylEr5j3F5XlPhL/BN4jAZ28=',
    });
  });

  it('PROXY and REMOTE ask about one entry', () => {
    assert.deepEqual(recorded('>PROXY:'), { type: 'PROXY', index: 1, protocol: 'TCP', host: '10.99.0.1' });
    assert.deepEqual(recorded('>REMOTE:10.99.0.9'), {
      type: 'REMOTE',
      host: '10.99.0.9',
      port: '443',
      protocol: 'tcp-client',
    });
  });

  it('STATE is a state', () => {
    const event = recorded('>STATE:1795289010,CONNECTED');
    assert.ok(event.type === 'STATE' && event.name === 'CONNECTED' && event.mode === 'client');
  });
});
