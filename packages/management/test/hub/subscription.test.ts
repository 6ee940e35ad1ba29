import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPace } from '../../src/hub/pace.ts';
import { inVersion, replyInVersion } from '../../src/hub/signing-version.ts';
import { createSubscription, shortestPace, wants } from '../../src/hub/subscription.ts';

const told = (
  line: string,
  change = (_: ReturnType<typeof createSubscription>): void => {},
  clientEvents = true,
) => {
  const subscription = createSubscription(clientEvents);
  change(subscription);
  return wants(subscription, line.slice(0, line.indexOf(':')), line, 0, 1);
};

/** The ticks of the daemon, in seconds, that reach a program which wants one every `seconds`. */
const ticks = (seconds: number, daemonSeconds: number, at: readonly number[]): number[] => {
  const pace = createPace(seconds);
  return at.filter(second => pace.isDue('>BYTECOUNT_CLI:0', second * 1000, daemonSeconds));
};
const every = (step: number) => Array.from({ length: 13 }, (_, index) => index * step);

describe('a session', () => {
  it('is quiet at first, but is asked questions and told of clients', () => {
    for (const line of [
      '>STATE:1,CONNECTED',
      '>LOG:1,,x',
      '>ECHO:1,x',
      '>BYTECOUNT:1,2',
      '>BYTECOUNT_CLI:0,1,2',
    ])
      assert.equal(told(line), false, line);
    for (const line of [
      '>HOLD:x',
      ">PASSWORD:Need 'Auth' password",
      '>INFO:x',
      '>FATAL:x',
      '>CLIENT:ESTABLISHED,0',
      '>INFOMSG:x',
    ])
      assert.equal(told(line), true, line);
  });

  it('is told what it switched on, and that alone', () => {
    assert.equal(
      told('>LOG:1,,x', ({ live }) => live.add('log')),
      true,
    );
    assert.equal(
      told('>STATE:1,x', ({ live }) => live.add('log')),
      false,
    );
    assert.equal(
      told('>LOG:1,,x', ({ needs }) => needs.add('log')),
      false,
    );
  });

  it('is told nothing of clients where its listener says so', () => {
    assert.equal(told('>CLIENT:ESTABLISHED,0', undefined, false), false);
    assert.equal(told('>HOLD:x', undefined, false), true);
  });
});

describe('the pace of counters', () => {
  it('is the daemon’s own for who asked for that', () => {
    assert.deepEqual(ticks(2, 2, [0, 1.01, 2.9, 5]), [0, 1.01, 2.9, 5]);
  });

  it('is slower for who asked for less', () => {
    assert.deepEqual(ticks(5, 1, every(1)), [0, 5, 10]);
    assert.deepEqual(ticks(2, 1, [0, 1.01, 1.99, 3, 4.02]), [0, 1.99, 4.02]);
  });

  it('is right on average where the daemon’s ticks do not meet it', () => {
    assert.deepEqual(ticks(3, 2, every(2)), [0, 4, 6, 10, 12, 16, 18, 22, 24]);
  });

  it('is kept for each client, and for none that stopped counting', () => {
    const pace = createPace(2);
    for (let cid = 0; cid < 1000; cid++)
      for (const second of [0, 1, 2])
        assert.equal(pace.isDue(`>BYTECOUNT_CLI:${cid}`, (cid * 10 + second) * 1000, 1), second !== 1);
  });

  it('is the shortest that any program wants', () => {
    const withPace = (seconds: number) => ({ ...createSubscription(true), pace: createPace(seconds) });
    assert.equal(shortestPace([withPace(5), withPace(0), withPace(2)]), 2);
    assert.equal(shortestPace([withPace(0)]), 0);
  });
});

describe('a version of the interface', () => {
  it('decides how a signature is asked for, and what the answer to it is called', () => {
    const asked = '>PK_SIGN:eA==,RSA_PKCS1_PSS_PADDING,hashalg=SHA256,saltlen=digest';
    assert.equal(inVersion(asked, 1), '>RSA_SIGN:eA==');
    assert.equal(inVersion(asked, 2), '>PK_SIGN:eA==');
    assert.equal(inVersion(asked, 3), asked);
    assert.equal(inVersion('>LOG:1,,>PK_SIGN:x,y', 1), '>LOG:1,,>PK_SIGN:x,y');
    assert.equal(
      replyInVersion('SUCCESS: pk-sign command succeeded', 1),
      'SUCCESS: rsa-sign command succeeded',
    );
    assert.equal(
      replyInVersion('SUCCESS: pk-sign command succeeded', 2),
      'SUCCESS: pk-sign command succeeded',
    );
  });
});
