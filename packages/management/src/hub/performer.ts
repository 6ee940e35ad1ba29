import { CommandError, ConnectionError, TimeoutError } from '../errors.ts';
import type { Link } from '../link.ts';
import { type Command, command } from '../protocol/command.ts';
import { integer } from '../protocol/encoder.ts';
import { Secret } from '../protocol/secret.ts';
import { replyShape } from '../protocol/shape.ts';
import type { AuthLease } from './auth-lease.ts';
import { redactedFor } from './fan-out.ts';
import type { OpenQuestions } from './open-questions.ts';
import type { Session } from './session.ts';
import type { Request } from './session-input.ts';
import { type Switched, shortestPace } from './subscription.ts';
import type { Turns } from './turns.ts';

export type PerformerOptions = {
  link: Link;
  turns: Turns;
  sessions: ReadonlySet<Session>;
  questions: OpenQuestions;
  lease: AuthLease<Session>;
  refused(session: Session, what: string, problem: string): void;
  /** Whether this daemon answers `version n` for n of 4 and more. */
  answersVersion(): boolean;
  /** What `hub-status` tells, in one line. */
  status(): string;
};

type CommandRequest = Request & { type: 'command' };

const deciding: ReadonlySet<string> = new Set(['client-auth', 'client-auth-nt', 'client-deny']);
const about: ReadonlySet<string> = new Set([...deciding, 'client-pending-auth']);

/** Carries out what the sessions ask: what concerns one session alone here, everything else at the daemon. */
export function createPerformer(options: PerformerOptions) {
  const { link, turns, sessions, questions, lease } = options;

  /** Sends a command in its turn and passes the lines of the reply on as they come. True when it was accepted. */
  const relay = (session: Session, what: Command, urgent = false): Promise<boolean> =>
    turns.take(async () => {
      const { output } = session;
      let started = false;
      try {
        await link.run(what, {
          onRow: () => {},
          onLine(line) {
            // From the first line of a reply on, nothing else may be written to this session.
            if (!started) output.hold();
            started = true;
            output.reply(redactedFor(session, line));
          },
        });
        questions.answered(what.words);
        return true;
      } catch (error) {
        if (error instanceof CommandError) return false; // its line has been passed on
        if (!(error instanceof TimeoutError || error instanceof ConnectionError)) throw error;
        // A block that broke off is closed, or the program would take the next reply for the rest of it.
        if (started) output.reply('END');
        output.reply(
          `ERROR: ${error instanceof TimeoutError ? 'the daemon did not answer in time' : 'daemon not connected'}`,
        );
        return false;
      } finally {
        output.release();
      }
    }, urgent);

  /** Sends a command for the hub itself; its reply is nobody's. False when the daemon did not accept it. */
  const upstream = (what: Command): Promise<boolean> =>
    turns.take(
      () =>
        link.run(what).then(
          () => true,
          () => false,
        ),
      false,
    );

  /** Switches the daemon's notifications as far as any session needs them. */
  const adjust = async (): Promise<void> => {
    for (const name of ['state', 'log', 'echo'] as const) {
      const needed = [...sessions].some(({ subscription }) => subscription.on.has(name));
      if (needed !== link.settings.isOn(name))
        await upstream(command(name, ['action', needed ? 'on' : 'off']));
    }
    const pace = shortestPace([...sessions].map(({ subscription }) => subscription));
    if (pace !== link.settings.bytecount) await upstream(command('bytecount', integer('seconds', pace)));
  };

  /** `on`, `off`, `all` and a number, one or two of them; the events of a session begin where its history ends. */
  const switchOrShow = async (session: Session, request: CommandRequest, name: Switched): Promise<void> => {
    const words = request.words.slice(1, 3);
    const { subscription, output } = session;
    if (!words.some(word => word === 'on' || word === 'off')) {
      await relay(session, commandOf(request));
      return;
    }
    for (const word of words) {
      if (word === 'on' && !link.settings.isOn(name)) await upstream(command(name, ['action', 'on']));
      if (word === 'on' || word === 'off') {
        output.reply(`SUCCESS: real-time ${name} notification set to ${word.toUpperCase()}`);
      } else {
        const alone = { ...request, line: `${name} ${word}`, words: [name, word] };
        await relay(session, commandOf(alone));
      }
      if (word === 'off') subscription.on.delete(name);
    }
    if (words.findLast(word => word === 'on' || word === 'off') === 'on') subscription.on.add(name);
    await adjust();
  };

  const setBytecount = async (session: Session, word: string): Promise<void> => {
    session.subscription.bytecount = Math.max(0, Number.parseInt(word, 10) || 0);
    session.subscription.counted.clear();
    await adjust();
    session.output.reply('SUCCESS: bytecount interval changed');
  };

  /** Only a version above all before is told the daemon; lower ones get their events in the older form. */
  const setVersion = async (session: Session, request: CommandRequest): Promise<void> => {
    const version = Math.max(1, Number.parseInt(request.words[1] ?? '', 10) || 1);
    session.subscription.version = version;
    const shape = options.answersVersion() && version >= 4 ? (['status'] as const) : [];
    const raised = version > (link.settings.version ?? 1);
    if (raised || shape.length > 0) await relay(session, { ...commandOf(request), shape });
  };

  const decide = async (session: Session, request: CommandRequest): Promise<void> => {
    const [verb = '', ...numbers] = request.words;
    // The daemon reads a number as far as there are digits, and so must whoever checks it.
    const [cid = Number.NaN, kid = Number.NaN] = numbers.map(word => Number.parseInt(word, 10));
    if (session.role === 'admin' && lease.holder === undefined) lease.join(session);
    const problem = lease.refusal(session, cid, kid);
    if (problem !== undefined) {
      session.output.reply(`ERROR: ${problem}`);
      options.refused(session, verb, problem);
      return;
    }
    if (!deciding.has(verb)) return void (await relay(session, commandOf(request), true));
    lease.decided(cid, kid);
    await relay(session, commandOf(request), true);
  };

  const perform = async (session: Session, request: CommandRequest): Promise<void> => {
    const [verb = '', first] = request.words;
    const { output, subscription } = session;
    switch (verb) {
      case 'exit':
      case 'quit':
        return session.end();
      case 'state':
      case 'log':
      case 'echo':
        return switchOrShow(session, request, verb);
      case 'bytecount':
        return first === undefined
          ? void (await relay(session, commandOf(request)))
          : setBytecount(session, first);
      case 'env-filter':
        subscription.envFilter = Math.max(0, Number.parseInt(first ?? '0', 10) || 0);
        return output.reply(`SUCCESS: env_filter_level=${subscription.envFilter}`);
      case 'hub-status':
        output.reply(options.status());
        return output.reply('END');
      case 'version':
        if (first !== undefined) return setVersion(session, request);
        break;
      default:
        if (about.has(verb)) return decide(session, request);
    }
    await relay(session, commandOf(request));
  };

  return { perform, adjust, upstream };
}

/** The command as the program wrote it: the daemon reads the same bytes, so nothing is quoted again. */
function commandOf({ line, words, body }: CommandRequest): Command {
  // A verb that is not known here is not known to the daemon, or newer than this: it ends with a status line.
  const shape = replyShape(words) ?? ['status'];
  const sent = { words, line: { bytes: new Secret(line), display: words[0] ?? '' }, shape };
  return body ? { ...sent, body: body.map(text => new Secret(text)) } : sent;
}
