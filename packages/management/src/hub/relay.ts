import { CommandError, ConnectionError, TimeoutError } from '../errors.ts';
import type { Command } from '../protocol/command.ts';
import { cutLines } from '../protocol/cut-block.ts';
import { Secret } from '../protocol/secret.ts';
import { redactLogRow } from '../protocol/secrets/redact.ts';
import { replyShape } from '../protocol/shape.ts';
import type { OpenQuestion } from './open-question.ts';
import type { CommandRequest } from './request.ts';
import { seesSecrets } from './roles.ts';
import type { Session } from './session.ts';
import { replyInVersion } from './signing-version.ts';
import type { Upstream } from './upstream.ts';

export type RelayOptions = {
  /** Goes before what other sessions wait for. */
  urgent?: boolean;
  /** Looked at when the turn has come: what it returns is answered instead. */
  refusal?: () => string | undefined;
  /** Called before the first line is written. */
  onBegin?: () => void;
  /** Called in the same moment as the last line comes. */
  onEnd?: () => void;
};

/**
 * Sends a session's command in its turn and passes the lines of the reply on as they come. Resolves with whether the
 * daemon took it, or with `undefined` when it was not sent.
 */
export type Relay = (session: Session, what: Command, options?: RelayOptions) => Promise<boolean | undefined>;

/** `whenLost` is called for a session whose reply broke off; without it the session is told, and goes on. */
export function createRelay(
  upstream: Upstream,
  question: OpenQuestion,
  whenLost: ((session: Session) => void) | undefined,
): Relay {
  return (session, what, { urgent = false, refusal, onBegin, onEnd } = {}) =>
    upstream.turns.take(async () => {
      const { output, role, subscription } = session;
      const problem = (await upstream.available()) ? refusal?.() : 'daemon not connected';
      if (problem !== undefined) {
        output.reply(`ERROR: ${problem}`);
        return undefined;
      }
      const [part] = what.shape;
      const isBlock = part === 'block' || part === 'rows';
      const log = what.words[0] === 'log' && !seesSecrets(role);
      let begun = false;
      let last = '';
      const pass = (line: string): void => {
        last = line;
        // From the first line of a reply on, nothing else may be written to this session.
        if (!begun) {
          onBegin?.();
          output.hold();
        }
        begun = true;
        output.reply(log ? redactLogRow(line) : replyInVersion(line, subscription.version));
        if (isBlock && line === 'END') onEnd?.();
      };
      /** Who reads a block reads to its end: without that the next reply would be taken for the rest of this one. */
      const endBlock = (problem: string): void => {
        output.reply(problem);
        if (!begun || !isBlock) return;
        output.reply('END');
        onEnd?.();
      };
      try {
        const reply = await upstream.link.run(what, {
          onRow: () => {},
          maxLength: Number.POSITIVE_INFINITY,
          onLine: pass,
          bodyIsTaken: true,
        });
        // A hub in the daemon's place has ended its block itself.
        if (reply.some(part => part.type === 'block' && part.cut !== undefined) && last !== 'END')
          endBlock(begun ? cutLines.lost : cutLines.none);
        question.answered(what.words);
        return true;
      } catch (error) {
        // The line has been passed on; and whatever is wrong with its answer, the question for a proxy is closed.
        if (error instanceof CommandError) {
          if (what.words[0] === 'proxy') question.answered(what.words);
          return false;
        }
        if (error instanceof ConnectionError && whenLost) whenLost(session);
        else if (error instanceof ConnectionError) endBlock(cutLines.gone);
        else if (error instanceof TimeoutError) endBlock(cutLines.late);
        else throw error;
        return false;
      } finally {
        if (begun) output.release();
      }
    }, urgent);
}

/** The command as the program wrote it: the daemon reads the same bytes, so nothing is quoted again. */
export function commandOf({ line, words, body }: Omit<CommandRequest, 'type'>): Command {
  // A verb that is not known here is not known to the daemon, or newer than this: it ends with a status line.
  const shape = replyShape(words) ?? ['status'];
  const sent = { words, line: { bytes: new Secret(line), display: words[0] ?? '' }, shape };
  return body ? { ...sent, body: body.map(text => new Secret(text)) } : sent;
}
