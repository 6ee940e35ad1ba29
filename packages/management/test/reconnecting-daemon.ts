import type { Session } from '../src/testing/index.ts';
import { statusLines } from './recordings.ts';

/** Options of `connect` that reconnect at once. */
export const reconnect = { minDelayMs: 1, maxDelayMs: 1 };

/** What every daemon here answers, with a pid of its own. */
export const answersOf = (pid: number, version = '2.6.14') => ({
  pid: `SUCCESS: pid=${pid}`,
  state: ['1795289010,CONNECTED,SUCCESS,10.77.0.1,,,,,fd77::1', 'END'],
  'status 3': [...statusLines('server-1client-v3'), 'END'],
  version: [`OpenVPN Version: OpenVPN ${version} x86_64`, 'Management Version: 5', 'END'],
});

/** Answers until the program says `exit`, and closes then. */
export async function serve(
  session: Session,
  answers: Record<string, string | readonly string[]>,
  lines: string[] = [],
) {
  for (let line = await session.line(); line !== 'exit'; line = await session.line()) {
    lines.push(line);
    const answer = answers[line] ?? 'SUCCESS: x';
    session.send(...(typeof answer === 'string' ? [answer] : answer));
  }
  session.close();
}
