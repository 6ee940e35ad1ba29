import { LogCategory, type Session, type Status, statusText } from '@ovpnkit/openvpn3';
import { answerQuestions } from './answer-questions.ts';
import type { Prompter } from './ask.ts';
import { DeployedFailure } from './command-failure.ts';
import type { Progress } from './progress.ts';

/** How far a connection came. */
export type Connected =
  | { readonly type: 'connected'; readonly server: string; readonly address: string }
  /** The user has to open this page; the session goes on by itself then. */
  | { readonly type: 'web'; readonly url: string }
  /** It goes on by itself. */
  | { readonly type: 'background' };

export type ConnectOptions = {
  readonly prompter: Prompter;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Do not wait for the connection. */
  readonly background: boolean;
  /** For ever when `undefined`. */
  readonly timeoutSeconds: number | undefined;
};

/**
 * Answers what a session asks, begins (with `connect`, `resume` or `restart` of it), and waits for what becomes of it.
 * Rejects with a DeployedFailure when nothing does, and with the signal's reason; the session may still be there then.
 */
export async function connectSession(
  session: Session,
  begin: () => Promise<void>,
  options: ConnectOptions,
): Promise<Connected> {
  const { progress, signal, timeoutSeconds } = options;
  await answerQuestions(session, options.prompter);
  if (options.background) {
    await begin();
    return { type: 'background' };
  }
  const limit = new AbortController();
  const timer =
    timeoutSeconds === undefined ? undefined : setTimeout(() => limit.abort(), timeoutSeconds * 1000);
  const events = session.events({ signal: AbortSignal.any([signal, limit.signal]) });
  let latest: Status | undefined;
  let trouble: string | undefined;
  try {
    // The first event is the status from before; what happens behind it is not missed.
    await events.next();
    await begin();
    for await (const event of events) {
      if (event.type === 'log' && event.category >= LogCategory.ERROR) {
        trouble = withoutOrigin(event.message);
        progress.show(trouble);
      }
      if (event.type !== 'status') continue;
      latest = event.status;
      progress.show(statusText(latest));
      const connected = await judge(session, latest, options);
      if (connected !== undefined) return connected;
    }
  } catch (error) {
    if (signal.aborted || !limit.signal.aborted) throw error;
    const state = latest ? statusText(latest) : 'no status';
    // What the daemon tries again, such as a name that cannot be resolved, is no status; it may be why.
    const why = trouble === undefined ? '' : `; the last error was: ${trouble}`;
    throw new DeployedFailure(`Failed to connect (timeout): ${state}${why}`, 'refused', { cause: error });
  } finally {
    clearTimeout(timer);
    progress.clear();
    await events.return();
  }
  throw new DeployedFailure('Failed to connect: the session was closed');
}

/** Backends put the word in front of what their daemon says. */
const withoutOrigin = (message: string): string => message.replace(/^\[Core\] /, '');

/** `undefined` when it is not yet decided. */
async function judge(
  session: Session,
  { minor, message }: Status,
  { prompter, progress }: ConnectOptions,
): Promise<Connected | undefined> {
  switch (minor) {
    case 'CONN_CONNECTED': {
      const [server, to] = await Promise.all([session.get('session_name'), session.connectedTo()]);
      return { type: 'connected', server, address: to?.address ?? '' };
    }
    case 'SESS_AUTH_URL':
      return { type: 'web', url: message };
    case 'CFG_REQUIRE_USER':
      progress.clear();
      if (await answerQuestions(session, prompter)) await session.connect();
      return undefined;
    case 'CONN_AUTH_FAILED':
      throw new DeployedFailure('User authentication failed');
    case 'CFG_ERROR':
    case 'CONN_FAILED':
      throw new DeployedFailure(`Failed to connect${message === '' ? '' : `: ${message}`}`);
    default:
      return undefined;
  }
}
