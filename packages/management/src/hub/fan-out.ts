import type { AuthLease } from './auth-lease.ts';
import { filterEnvironment } from './environment-filter.ts';
import type { OpenQuestions } from './open-questions.ts';
import { redactCredentials, redactNotification } from './redact.ts';
import { seesSecrets } from './roles.ts';
import type { Session } from './session.ts';
import { inVersion, wants } from './subscription.ts';

/** Passes the daemon's notifications on, to each session what it asked for and may see. */
export type FanOut = { push(line: string): void };

const block = /^>(?:CLIENT:(?:CONNECT|REAUTH|ESTABLISHED|DISCONNECT|CR_RESPONSE),|UPDOWN:(?:UP|DOWN)$)/;
const blockLine = /^>(?:CLIENT|UPDOWN):ENV,/;

/** The most characters of one environment block that are collected; the daemon sends a few thousand. */
const maxBlock = 2 ** 20;

export function createFanOut(
  sessions: ReadonlySet<Session>,
  questions: OpenQuestions,
  lease: AuthLease<Session>,
  asked: () => void,
): FanOut {
  let open: string[] | undefined;
  let size = 0;

  const pass = (lines: readonly string[]): void => {
    const [first = ''] = lines;
    const now = Date.now();
    for (const session of sessions) {
      const { subscription, role, output } = session;
      if (!wants(subscription, first, now)) continue;
      const filtered = filterEnvironment(lines, subscription.envFilter);
      const versioned = filtered.map(line => inVersion(line, subscription.version));
      output.notify(seesSecrets(role) ? versioned : versioned.map(redactNotification));
    }
  };

  const complete = (lines: readonly string[]): void => {
    const [first = ''] = lines;
    questions.note(first);
    const [, kind, cid, kid] = /^>CLIENT:(CONNECT|REAUTH|DISCONNECT),(\d+)(?:,(\d+))?/.exec(first) ?? [];
    if (kind === 'DISCONNECT') lease.gone(Number(cid));
    else if (kind) lease.asked(Number(cid), Number(kid));
    pass(lines);
    if (kind && kind !== 'DISCONNECT') asked();
  };

  return {
    push(line) {
      if (open && blockLine.test(line)) {
        open.push(line);
        size += line.length;
        if (line !== '>CLIENT:ENV,END' && line !== '>UPDOWN:ENV,END' && size <= maxBlock) return;
        const lines = open;
        open = undefined;
        complete(lines);
      } else if (block.test(line)) {
        if (open) complete(open);
        open = [line];
        size = line.length;
      } else complete([line]);
    },
  };
}

/** The daemon's log may hold what only the authoriser may see, also when it is asked for as a block. */
export function redactedFor(session: Session, line: string): string {
  return seesSecrets(session.role) ? line : redactCredentials(line);
}
