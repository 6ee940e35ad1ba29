import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { EncodeError } from '../../src/protocol/encode-error.ts';
import {
  formatPendingMethod,
  type PendingMethod,
  parseInfoMessage,
} from '../../src/protocol/info-message.ts';
import { recordedLines } from '../recordings.ts';

const refuses = (method: PendingMethod, parameter: string): void => {
  assert.throws(
    () => formatPendingMethod(method),
    (error: unknown) => error instanceof EncodeError && error.parameter === parameter,
  );
};

describe('what a server asks of a user', () => {
  it('was recorded in every form', () => {
    const messages = recordedLines('>INFOMSG:').map(line => parseInfoMessage(line.slice('>INFOMSG:'.length)));
    const kinds = messages.map(message => message.kind).sort();
    assert.deepEqual(kinds, ['CR_TEXT', 'OPEN_URL', 'WEB_AUTH', 'WEB_AUTH', 'WEB_AUTH']);
    const [text] = messages.filter(message => message.kind === 'CR_TEXT');
    const question = 'Enter your TOTP: code, please';
    assert.deepEqual(text, { type: 'INFOMSG', kind: 'CR_TEXT', text: question, echo: true, response: true });
    const flags = messages.flatMap(message => (message.kind === 'WEB_AUTH' ? [message.flags] : []));
    assert.deepEqual(flags.sort(), [[], [], ['external', 'hidden']]);
    for (const message of messages) if ('url' in message) assert.match(message.url, /^https:\/\//);
  });

  it('is kept as text in a form that is not known', () => {
    for (const text of ['', 'NEWS:x', 'WEB_AUTH', 'WEB_AUTH:x', 'CR_TEXT:R', 'web_auth::x', 'OPEN_URL'])
      assert.deepEqual(parseInfoMessage(text), { type: 'INFOMSG', kind: 'unknown', text });
  });

  it('is read back as it was written', () => {
    const line = fc.string({ maxLength: 60 });
    const flag = fc.string({ minLength: 1, maxLength: 9 }).filter(name => !/[:,]/.test(name));
    fc.assert(
      fc.property(
        line,
        fc.array(flag, { maxLength: 3 }),
        fc.boolean(),
        fc.boolean(),
        (text, flags, echo, response) => {
          const read = (method: PendingMethod) => parseInfoMessage(formatPendingMethod(method));
          const web = { kind: 'WEB_AUTH', url: text, flags } as const;
          assert.deepEqual(read(web), { type: 'INFOMSG', ...web });
          const open = { kind: 'OPEN_URL', url: text } as const;
          assert.deepEqual(read(open), { type: 'INFOMSG', ...open });
          const question = { kind: 'CR_TEXT', text, echo, response } as const;
          assert.deepEqual(read(question), { type: 'INFOMSG', ...question });
        },
      ),
    );
  });

  it('expects an answer to a text, hidden while it is typed, unless told otherwise', () => {
    assert.equal(formatPendingMethod({ kind: 'CR_TEXT', text: 'PIN' }), 'CR_TEXT:R:PIN');
    assert.equal(formatPendingMethod({ kind: 'CR_TEXT', text: 'PIN', echo: true }), 'CR_TEXT:R,E:PIN');
    assert.equal(formatPendingMethod({ kind: 'CR_TEXT', text: 'Hello', response: false }), 'CR_TEXT::Hello');
  });
});

describe('a question that would not arrive', () => {
  it('is refused: a URL of 236 bytes arrives, one of 237 does not', () => {
    const url = `https://vpn.example.com/${'x'.repeat(212)}`;
    assert.equal(formatPendingMethod({ kind: 'WEB_AUTH', url }), `WEB_AUTH::${url}`);
    refuses({ kind: 'WEB_AUTH', url: `${url}x` }, 'url');
    formatPendingMethod({ kind: 'OPEN_URL', url: `${url}x` });
    refuses({ kind: 'OPEN_URL', url: `${url}xx` }, 'url');
  });

  it('is refused by its bytes, flags included, whatever characters they are', () => {
    const method = (flag: string, length: number): PendingMethod => ({
      kind: 'WEB_AUTH',
      url: 'x'.repeat(length),
      flags: [flag],
    });
    formatPendingMethod(method('external', 228));
    refuses(method('external', 229), 'url');
    formatPendingMethod(method('üüüü', 228));
    refuses(method('üüüü', 229), 'url');
    refuses({ kind: 'CR_TEXT', text: 'ü'.repeat(119) }, 'text');
  });

  it('is refused when a flag would be read as something else', () => {
    for (const flag of ['a:b', 'a,b'])
      refuses({ kind: 'WEB_AUTH', url: 'x', flags: ['external', flag] }, 'flags');
  });
});
