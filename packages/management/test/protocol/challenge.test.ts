import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import {
  dynamicChallengePassword,
  fromBase64,
  parseDynamicChallenge,
  parseStaticChallenge,
  parseStaticChallengePassword,
  staticChallengePassword,
  toBase64,
} from '../../src/protocol/challenge.ts';
import { Secret } from '../../src/protocol/secret.ts';
import { bytesOf, transcript } from '../recordings.ts';

/** Text as it comes from a daemon: any characters, and bytes that are no UTF-8. */
const text = fc
  .array(fc.oneof(fc.string({ unit: 'binary', maxLength: 5 }), fc.constantFrom('\udc80', '\udcff', ':', "'")))
  .map(parts => parts.join(''));

describe('base64', () => {
  it('carries any text there and back', () => {
    fc.assert(fc.property(text, plain => assert.equal(fromBase64(toBase64(plain)), plain)));
  });

  it('is that of the UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), plain => {
        assert.equal(toBase64(plain), Buffer.from(plain).toString('base64'));
      }),
    );
  });

  it('is refused when it is none, and reading never throws', () => {
    for (const bad of ['a', 'ab', 'abc', 'ab=c', '=abc', 'a===', '====', 'ab c', 'ab\n=', 'äbcd', undefined])
      assert.equal(fromBase64(bad), undefined, bad);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'Q', '=', '/', '+', '-', ' ') }), plain => {
        fromBase64(plain);
      }),
    );
  });
});

describe('a static challenge', () => {
  it('has its flags in front of its text, which may hold commas', () => {
    assert.deepEqual(parseStaticChallenge('0,PIN'), { text: 'PIN', echo: false, concat: false });
    assert.deepEqual(parseStaticChallenge('1,a,b'), { text: 'a,b', echo: true, concat: false });
    assert.deepEqual(parseStaticChallenge('3,'), { text: '', echo: true, concat: true });
    for (const bad of ['', 'PIN', ',PIN', 'x,PIN', '-1,PIN', '1'])
      assert.equal(parseStaticChallenge(bad), undefined, bad);
  });

  it('is answered inside the password, and a server reads both again', () => {
    const challenge = { text: 'PIN', echo: true, concat: false };
    fc.assert(
      fc.property(text, text, (password, answer) => {
        const sent = staticChallengePassword(challenge, new Secret(password), new Secret(answer));
        const read = parseStaticChallengePassword(sent);
        assert.deepEqual([read?.password.reveal(), read?.answer.reveal()], [password, answer]);
      }),
    );
  });

  it('is answered behind the password when the daemon says so', () => {
    const challenge = { text: 'PIN', echo: false, concat: true };
    const sent = staticChallengePassword(challenge, new Secret('tiger'), new Secret('123456'));
    assert.equal(sent.reveal(), 'tiger123456');
  });

  it('is answered in the form that a real daemon let in', () => {
    const sent = bytesOf(transcript('client-23-static-challenge-1'), 'C').toString();
    const [, recorded = ''] = /password "Auth" "(SCRV1:[^"]*)"/.exec(sent) ?? [];
    const read = parseStaticChallengePassword(new Secret(recorded));
    assert.ok(read);
    const challenge = { text: '', echo: true, concat: false };
    assert.equal(staticChallengePassword(challenge, read.password, read.answer).reveal(), recorded);
  });

  it('is no part of a password that only looks alike', () => {
    for (const password of [
      'tiger',
      'SCRV1',
      'SCRV1:x',
      'SCRV1:a:b',
      'SCRV1:YQ==:YQ==:',
      ' SCRV1:YQ==:YQ==',
      '',
    ])
      assert.equal(parseStaticChallengePassword(new Secret(password)), undefined, password);
  });

  it('shows neither the password nor the answer', () => {
    const challenge = { text: 'PIN', echo: true, concat: true };
    const sent = staticChallengePassword(challenge, new Secret('tiger'), new Secret('123456'));
    assert.doesNotMatch(
      `${sent} ${inspect(sent, { showHidden: true })} ${JSON.stringify({ sent })}`,
      /tiger|123456/,
    );
  });
});

describe('a dynamic challenge', () => {
  it('is read as the server wrote it', () => {
    const state = fc.string().filter(id => !id.includes(':'));
    const flags = fc.subarray(['E', 'R']);
    fc.assert(
      fc.property(flags, state, text, text, (set, stateId, username, question) => {
        const challenge = parseDynamicChallenge(`CRV1:${set}:${stateId}:${toBase64(username)}:${question}`);
        const [echo, response] = [set.includes('E'), set.includes('R')];
        assert.deepEqual(challenge, { text: question, echo, response, stateId, username });
      }),
    );
  });

  it('is answered in the form that a real daemon let in', () => {
    const sent = bytesOf(transcript('client-22-dynamic-challenge-crv1'), 'C').toString();
    const [, recorded = '', stateId = '', answer = ''] =
      /password "Auth" "(CRV1::([^:]*)::([^"]*))"/.exec(sent) ?? [];
    assert.notEqual(stateId, '');
    const challenge = { text: '', echo: true, response: true, stateId, username: 'alice' };
    assert.equal(dynamicChallengePassword(challenge, new Secret(answer)).reveal(), recorded);
  });

  it('is nothing else', () => {
    for (const reason of [
      '',
      'CRV1',
      'CRV1:R:id:YQ==',
      'CRV1:R:id:nobase64!:x',
      'crv1:R:id:YQ==:x',
      'x CRV1:R:id:YQ==:x',
    ])
      assert.equal(parseDynamicChallenge(reason), undefined, reason);
  });
});
