import { takesBody } from './body.ts';
import { readInteger } from './daemon-number.ts';
import { type Decisions, isDecision } from './decisions.ts';
import type { OpenQuestion } from './open-question.ts';
import { commandOf, type Relay } from './relay.ts';
import type { CommandRequest } from './request.ts';
import { mayAnswer } from './roles.ts';
import type { Session } from './session.ts';
import type { Switches } from './switches.ts';
import type { Upstream } from './upstream.ts';

export type PerformerOptions = {
  upstream: Upstream;
  relay: Relay;
  switches: Switches;
  question: OpenQuestion;
  decisions: Decisions;
  /** What `hub-status` tells, in one line. */
  status(): string;
};

/** Carries out a command that its session may send; resolves as a {@link Relay} does. */
export type Perform = (session: Session, request: CommandRequest) => Promise<boolean | undefined>;

/** What concerns one session alone is done here, everything else at the daemon. */
export function createPerformer(options: PerformerOptions): Perform {
  const { upstream, relay, switches, question, decisions } = options;

  const setVersion = async (
    session: Session,
    request: CommandRequest,
    word: string,
  ): Promise<boolean | undefined> => {
    const { versionAnswer } = upstream.conduct;
    if (versionAnswer === 'block')
      return relay(session, { ...commandOf(request), words: ['version'], shape: ['block'] });
    const version = readInteger(word);
    session.subscription.version = version;
    // Higher ones change how the daemon asks, so they matter only from those who may answer.
    const raised = version > (upstream.link.settings.version ?? 1);
    if (raised && mayAnswer(session.role)) await upstream.raiseVersion(version);
    if (versionAnswer === 'status' && version >= 4)
      session.output.reply(`SUCCESS: Management client version set to ${version}`);
    return true;
  };

  /** Signatures and certificates: only in answer to the daemon's question, or their body would run as commands. */
  const answer = (session: Session, request: CommandRequest): Promise<boolean | undefined> => {
    const { words, body } = request;
    const problem = `The ${words[0]} command is not currently available`;
    const refusal = (): string | undefined =>
      body !== undefined && takesBody(words, question, upstream) ? undefined : problem;
    return relay(session, commandOf(request), { refusal });
  };

  return async (session, request) => {
    const { words } = request;
    const [verb = '', first] = words;
    const { output, subscription } = session;
    switch (verb) {
      case 'exit':
      case 'quit':
        session.end();
        return true;
      case 'state':
      case 'log':
      case 'echo':
        return switches.history(session, request, verb);
      case 'bytecount':
        if (first !== undefined) return switches.bytecount(session, first);
        break;
      case 'env-filter':
        subscription.envFilter = readInteger(first ?? '0');
        output.reply(`SUCCESS: env_filter_level=${subscription.envFilter}`);
        return true;
      case 'hub-status':
        output.reply(options.status());
        output.reply('END');
        return true;
      case 'version':
        if (first !== undefined) return setVersion(session, request, first);
        break;
      case 'pk-sig':
      case 'rsa-sig':
      case 'certificate':
        return answer(session, request);
    }
    return isDecision(words) ? decisions.decide(session, request, relay) : relay(session, commandOf(request));
  };
}
