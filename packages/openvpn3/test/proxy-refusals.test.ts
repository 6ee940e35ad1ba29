import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noticeRefusals } from '../src/tunnel/proxy-refusals.ts';

const asks = "HTTP proxy returned: 'HTTP/1.1 407 Proxy Authentication Required'";
const tries = (how: string) => `Attempting ${how} Proxy-Authorization`;

/** How often a refusal is noticed in these lines, however they are cut. */
function noticed(lines: readonly string[], pieces: readonly number[]): number {
  let count = 0;
  const notice = noticeRefusals(() => count++);
  let rest = lines.map(line => `2026-11-22 04:15:15 us=971807 ${line}\n`).join('');
  for (const piece of pieces) {
    notice(rest.slice(0, piece));
    rest = rest.slice(piece);
  }
  notice(rest);
  return count;
}

test('a refusal is a second 407, behind credentials, and is told once', () => {
  const cases: [string[], number][] = [
    [[asks], 0],
    [[asks, tries('Basic'), "HTTP proxy returned: 'HTTP/1.0 200 Connection established'"], 0],
    [
      [
        asks,
        tries('Basic'),
        "HTTP proxy returned: 'HTTP/1.0 200 Connection established'",
        asks,
        tries('Basic'),
      ],
      0,
    ],
    [[asks, tries('Basic'), 'SIGUSR1[soft,connection-reset] received, process restarting', asks], 0],
    [[asks, tries('Basic'), asks], 1],
    [[asks, tries('Digest'), asks, tries('Digest'), asks], 1],
    [['Attempting NTLM Proxy-Authorization phase 1', asks], 0],
    [['Attempting NTLM Proxy-Authorization phase 3', asks], 1],
  ];
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 120 })), pieces => {
      for (const [lines, expected] of cases) equal(noticed(lines, pieces), expected, lines.join());
    }),
  );
});
