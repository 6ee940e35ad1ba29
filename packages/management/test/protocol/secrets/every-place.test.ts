import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { createVariants } from '../../../src/hub/fan-out.ts';
import { roles } from '../../../src/hub/roles.ts';
import type { Session } from '../../../src/hub/session.ts';
import { createSubscription } from '../../../src/hub/subscription.ts';
import { formatJson, hideSecrets } from '../../../src/index.ts';
import { createNotificationAssembler } from '../../../src/protocol/notification-assembler.ts';
import { redactLogRow, redactNotification } from '../../../src/protocol/secrets/redact.ts';
import { assertNoMarks, markOf } from '../../marks.ts';
import { logTexts, notifications } from './places.ts';

const mark = markOf('One');
/** A secret with the mark in it, between what cuts words, values and messages in two. */
const secrets = fc
  .tuple(
    fc.string({
      unit: fc.constantFrom('a', ' ', '=', "'", '"', ')', '(', '[', '\\', '%', '/', 'ü'),
      maxLength: 5,
    }),
    fc.string({
      unit: fc.constantFrom('a', ' ', '=', "'", '"', ')', '(', ']', '\\', '%', '?', 'ü'),
      maxLength: 5,
    }),
  )
  .map(([before, after]) => `${before}${mark}${after}`);

/** The lines of an event as a session of this role is told them. */
function toldBy(role: Session['role'], lines: readonly string[]): string {
  const session = { role, subscription: createSubscription(true) } as Session;
  return Buffer.from(createVariants(lines)(session).bytes).toString();
}

/** Everything that people and other programs are shown of the lines of one event. */
function outputs(lines: readonly string[]): Record<string, string> {
  const assembler = createNotificationAssembler();
  const [, name = ''] = /^>(\w+)/.exec(lines[0] ?? '') ?? [];
  const event = [...lines, `>${name}:ENV,END`]
    .map(line => assembler.push(line))
    .find(pushed => pushed !== undefined);
  assert.ok(event);
  const hidden = hideSecrets(event as Parameters<typeof hideSecrets>[0]);
  return {
    ...Object.fromEntries(roles.filter(role => role !== 'auth').map(role => [role, toldBy(role, lines)])),
    json: formatJson({ at: new Date(0), ...event }),
    nested: formatJson({ type: 'handler-error', event }),
    hidden: JSON.stringify(hidden),
    inspected: inspect(hidden, { depth: 9 }),
  };
}

const eventOf = (line: string): string[] => {
  if (line.startsWith('>CLIENT:ENV,')) return ['>CLIENT:CONNECT,0,1', line, '>CLIENT:ENV,END'];
  if (line.startsWith('>CLIENT:CR_')) return [line, '>CLIENT:ENV,END'];
  return line.startsWith('>UPDOWN:ENV,') ? ['>UPDOWN:UP', line, '>UPDOWN:ENV,END'] : [line];
};

describe('a secret in any place where a daemon prints one', () => {
  for (const [name, place] of Object.entries(notifications)) {
    it(`is in no output: ${name}`, () => {
      fc.assert(
        fc.property(secrets, secret => {
          const lines = eventOf(place(secret));
          for (const [output, text] of Object.entries(outputs(lines))) assertNoMarks(output, text, [mark]);
          // The one that decides about clients needs every byte.
          assert.equal(toldBy('auth', lines), `${lines.join('\r\n')}\r\n`);
          assert.equal(toldBy('monitor', lines).split('\r\n').length, lines.length + 1);
        }),
      );
    });
  }

  for (const [name, place] of Object.entries(logTexts)) {
    it(`is in no log: ${name}`, () => {
      fc.assert(
        fc.property(secrets, fc.constantFrom('', 'alice/198.18.0.2:1194 '), (secret, prefix) => {
          const row = `1700000000,D,${prefix}${place(secret)}`;
          assertNoMarks('history', redactLogRow(row), [mark]);
          for (const [output, text] of Object.entries(outputs([`>LOG:${row}`])))
            assertNoMarks(output, text, [mark]);
          assertNoMarks('fatal', redactNotification(`>FATAL:${place(secret)}`), [mark]);
          assert.equal(toldBy('auth', [`>LOG:${row}`]), `>LOG:${row}\r\n`);
        }),
      );
    });
  }
});

describe('hiding secrets', () => {
  it('takes no longer than the line is long, whatever is in it', () => {
    const repeated = [
      "'auth-token ",
      'SESS_ID_',
      'SCRV1:',
      'CRV1:',
      'CRV1::x',
      'WEB_AUTH:',
      '(cipher',
      ' READ [',
      'GET_USER_PASS ',
      "MANAGEMENT: CMD '",
      'Send to HTTP proxy: ',
      'password=',
      'a=',
      '"',
      'x',
    ];
    for (const piece of repeated) {
      for (const line of ['>LOG:1,,', '>FATAL:', '>INFOMSG:', '>CLIENT:ENV,x=', '>PASSWORD:', ''])
        redactNotification(line + piece.repeat(2 ** 18 / piece.length));
    }
  });
});
