import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { parseNotification } from '../../src/protocol/notification.ts';
import { type PasswordNotification, parsePassword } from '../../src/protocol/password.ts';
import { recordedLines } from '../recordings.ts';

function password(line: string): PasswordNotification {
  const event = parseNotification(line);
  assert.ok(event.type === 'PASSWORD', line);
  return event;
}

const need = (name: string, needs: string, staticChallenge?: object) => ({
  type: 'PASSWORD',
  kind: 'need',
  name,
  needs,
  staticChallenge,
});

describe('a question for credentials', () => {
  it('was recorded for a login, a key, a proxy and a token', () => {
    const plain = recordedLines('>PASSWORD:Need').filter(line => !line.includes(' SC:'));
    assert.deepEqual(
      plain.map(password).sort((a, b) => (inspect(a) < inspect(b) ? -1 : 1)),
      [
        need('Auth', 'username/password'),
        need('HTTP Proxy', 'username/password'),
        need('Private Key', 'password'),
        need('omg token token', 'password'),
      ],
    );
  });

  it('may have a static challenge, whose text may hold commas, colons and quotes', () => {
    const text = 'Please enter token PIN: 6 digits, no "spaces"';
    const [silent = ''] = recordedLines(">PASSWORD:Need 'Auth' username/password SC:0,");
    const [echoed = ''] = recordedLines(">PASSWORD:Need 'Auth' username/password SC:1,Please");
    const challenge = { text, echo: false, concat: false };
    assert.deepEqual(password(silent), need('Auth', 'username/password', challenge));
    assert.deepEqual(password(echoed), need('Auth', 'username/password', { ...challenge, echo: true }));
  });

  it('may want the answer appended to the password, since 2.7', () => {
    for (const [flags, echo, concat] of [
      [2, false, true],
      [3, true, true],
    ]) {
      const event = password(`>PASSWORD:Need 'Auth' username/password SC:${flags},PIN`);
      assert.deepEqual(event, need('Auth', 'username/password', { text: 'PIN', echo, concat }));
    }
  });

  it('may be for a user name alone, since 2.7.1', () => {
    assert.deepEqual(password(">PASSWORD:Need 'Auth' username"), need('Auth', 'username'));
  });

  it('may be for something whose name holds a quote', () => {
    assert.deepEqual(password(">PASSWORD:Need 'Bob's token' password"), need("Bob's token", 'password'));
  });
});

describe('a failure', () => {
  it('has the reason of the server, which may hold quotes, or none', () => {
    const [line = ''] = recordedLines(">PASSWORD:Verification Failed: 'Auth' ['wrong");
    const failed = { type: 'PASSWORD', kind: 'failed', dynamicChallenge: undefined, temporary: undefined };
    assert.deepEqual(password(line), { ...failed, name: 'Auth', reason: "wrong 'pass', sorry" });
    const bare = password(">PASSWORD:Verification Failed: 'Private Key'");
    assert.deepEqual(bare, { ...failed, name: 'Private Key', reason: undefined });
    for (const reason of ["']", "['", "x'] ['y", '', "it's"]) {
      const event = password(`>PASSWORD:Verification Failed: 'Auth' ['${reason}']`);
      assert.ok(event.kind === 'failed' && event.reason === reason, reason);
    }
  });

  it('may be a dynamic challenge', () => {
    const [line = ''] = recordedLines(">PASSWORD:Verification Failed: 'Auth' ['CRV1:");
    const event = password(line);
    assert.ok(event.kind === 'failed');
    assert.deepEqual(event.dynamicChallenge, {
      text: 'Please enter token PIN: now',
      echo: true,
      response: true,
      stateId: 'Om01u7Fh4LrGBS7uh0SWmzwabUiGiW6l',
      username: 'alice',
    });
  });

  it('may be temporary, with advice on when and where to try again', () => {
    const temporary = (reason: string) => {
      const event = password(`>PASSWORD:Verification Failed: 'Auth' ['${reason}']`);
      return event.kind === 'failed' ? event.temporary : event;
    };
    const [line = ''] = recordedLines(">PASSWORD:Verification Failed: 'Auth' ['TEMP");
    const event = password(line);
    assert.ok(event.kind === 'failed');
    assert.deepEqual(event.temporary, { text: 'come back later', backoff: 1, advance: undefined });
    const both = { text: 'a: b', backoff: 42, advance: 'remote' };
    assert.deepEqual(temporary('TEMP[backoff 42,advance remote]:a: b'), both);
    assert.deepEqual(temporary('TEMP[advance no]:x'), { text: 'x', backoff: undefined, advance: 'no' });
    assert.deepEqual(temporary('TEMP:x'), { text: 'x', backoff: undefined, advance: undefined });
    assert.deepEqual(temporary('TEMP'), { text: '', backoff: undefined, advance: undefined });
    assert.equal(temporary('Temporary'), undefined);
  });
});

describe('an authentication token', () => {
  it('is a secret', () => {
    const [line = ''] = recordedLines('>PASSWORD:Auth-Token:');
    const event = password(line);
    assert.ok(event.kind === 'auth-token');
    assert.equal(event.token.reveal(), 'tok_0123456789');
    assert.doesNotMatch(inspect(event) + JSON.stringify(event) + event.token, /tok_/);
  });
});

describe('anything else', () => {
  it('is not taken for a question', () => {
    for (const payload of [
      '',
      'Need',
      "Need 'Auth'",
      "Need 'Auth' pin",
      "need 'Auth' password",
      'Verification Failed: x',
    ])
      assert.equal(parsePassword(payload), undefined, payload);
  });
});
