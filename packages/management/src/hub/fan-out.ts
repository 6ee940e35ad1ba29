import { redactNotification } from '../protocol/secrets/redact.ts';
import { filterEnvironment } from './environment-filter.ts';
import { seesSecrets } from './roles.ts';
import type { Session } from './session.ts';
import { createMessage, type Message } from './session-output.ts';
import { hubVersion, inVersion } from './signing-version.ts';
import { wants } from './subscription.ts';

/** Passes the daemon's notifications on, to each session what it asked for and may see. */
export type FanOut = {
  /** A line of the daemon that is no part of a reply. */
  push(line: string): void;
  /** A new connection: what the last one began will not be finished. */
  clear(): void;
};

const block = /^>(?:CLIENT:(?:CONNECT|REAUTH|ESTABLISHED|DISCONNECT|CR_RESPONSE),|UPDOWN:(?:UP|DOWN)$)/;
const blockLine = /^>(?:CLIENT|UPDOWN):ENV,/;

/** The most characters of one environment block that are collected; the daemon sends a few thousand. */
const maxBlock = 2 ** 20;

/** `seen` is shown each notification, as its lines, before the sessions; `daemonSeconds` is the daemon's pace of counters. */
export function createFanOut(
  sessions: ReadonlySet<Session>,
  seen: (lines: readonly string[]) => void,
  daemonSeconds: () => number,
): FanOut {
  let open: string[] | undefined;
  let size = 0;

  const complete = (lines: readonly string[]): void => {
    seen(lines);
    const [first = ''] = lines;
    const type = first.slice(0, first.indexOf(':'));
    const now = Date.now();
    const seconds = daemonSeconds();
    const shownTo = createVariants(lines);
    for (const session of sessions) {
      if (wants(session.subscription, type, first, now, seconds)) session.output.notify(shownTo(session));
    }
  };

  return {
    push(line) {
      // What is no notification belongs to a reply that is over: to anybody else it would look like theirs.
      if (!line.startsWith('>')) return;
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
    clear() {
      open = undefined;
    },
  };
}

/** One notification as a session is to see it, made once for all that see it alike. */
export function createVariants(lines: readonly string[]): (session: Session) => Message {
  const variants = new Map<string, Message>();
  return ({ role, subscription }) => {
    const { envFilter } = subscription;
    const version = Math.min(subscription.version, hubVersion);
    const secrets = seesSecrets(role);
    const key = `${secrets} ${version} ${lines.length > 1 ? envFilter : 0}`;
    const known = variants.get(key);
    if (known) return known;
    const shown = filterEnvironment(lines, envFilter).map(line => inVersion(line, version));
    const message = createMessage(secrets ? shown : shown.map(redactNotification));
    variants.set(key, message);
    return message;
  };
}
