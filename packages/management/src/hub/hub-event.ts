import { countShownWords } from '../protocol/secrets/command.ts';
import { redactParameter } from '../protocol/secrets/redact.ts';
import type { Role } from './roles.ts';

/** What the hub does and sees: enough for an audit trail, and no secrets. */
export type HubEvent =
  /** A program has been let in. `peer` is where it is; a unix socket does not tell. */
  | {
      readonly type: 'session-start';
      readonly id: number;
      readonly listener: string;
      readonly role: Role;
      readonly peer: string | undefined;
    }
  /** `problem` says why, unless the program, or the daemon, just left. */
  | {
      readonly type: 'session-end';
      readonly id: number;
      readonly problem: string | undefined;
      readonly commands: number;
      readonly bytesSent: number;
      readonly dropped: number;
    }
  /** A program was not let in: too many are there, or its password was wrong three times. */
  | { readonly type: 'turned-away'; readonly listener: string; readonly problem: string }
  /** A command was not passed on. */
  | { readonly type: 'refused'; readonly id: number; readonly command: string; readonly problem: string }
  /** A command that not every role may give was passed on, and the daemon took it or did not. */
  | { readonly type: 'command'; readonly id: number; readonly command: string; readonly accepted: boolean }
  /** Who decides about clients now; `undefined` for nobody. */
  | { readonly type: 'lease'; readonly id: number | undefined }
  /** A client was turned away for now because nobody decides. */
  | { readonly type: 'denied'; readonly cid: bigint; readonly kid: bigint }
  | { readonly type: 'upstream-down'; readonly problem: string }
  | { readonly type: 'upstream-up' }
  /** The daemon is back, but the hub cannot serve yet; it tries again. */
  | { readonly type: 'not-serving'; readonly problem: string };

/** The commands whose parameters are worth telling, and how many of them; those of others may be secrets. */
const telling: Readonly<Record<string, number>> = {
  kill: 1,
  'client-kill': 2,
  'client-auth': 2,
  'client-auth-nt': 2,
  'client-deny': 3,
  'client-pending-auth': 2,
  signal: 1,
  hold: 1,
  verb: 1,
  mute: 1,
  'auth-retry': 1,
  username: 1,
  password: 1,
  needok: 2,
  needstr: 1,
  remote: 3,
};

/** A command as it may be told. One that is not known here may be a password in the wrong place. */
export function describeCommand(words: readonly string[]): string {
  const [verb = '', ...parameters] = words;
  if (words.length > 0 && countShownWords(words) === 0) return 'an unknown command';
  const count = Object.hasOwn(telling, verb) ? (telling[verb] ?? 0) : 0;
  return [verb, ...parameters.slice(0, count).map(redactParameter)].join(' ');
}
