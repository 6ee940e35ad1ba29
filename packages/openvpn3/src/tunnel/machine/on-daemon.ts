import { count, type Effect, log, reply, type Step, status } from './effect.ts';
import { ended } from './ending.ts';
import type { DaemonInput } from './input.ts';
import { refuseProfile } from './on-call.ts';
import { authenticationFailed, passwordRefused } from './on-refusal.ts';
import { announce, askUser, findAnswer } from './questions.ts';
import { type Attempt, isActive, nextAttempt, type State } from './state.ts';
import { forget } from './user-input-queue.ts';

/** The longest wait before an attempt, whatever the daemon would rather wait: as long as the deployed program's. */
const LONGEST_WAIT_S = 10;

/** What the daemon does. A daemon that is being ended has nothing more to say but that. */
export function onDaemon(state: State, input: DaemonInput): Step {
  const { phase } = state;
  switch (input.type) {
    case 'held':
      return held(state, input.wait);
    case 'configuration-refused':
      if (phase.type === 'registering') return refuseProfile(state, phase.call, input.text);
      return gone(state, input.text);
    case 'unavailable':
      // Front ends show why a connection failed, but not why a registration did: Connect will tell.
      if (phase.type === 'registering' && state.daemon !== 'ending')
        return registered({ ...state, daemon: 'none' });
      return gone(state, input.text);
    case 'exited':
      return gone(state, input.text);
    case 'restarting':
      return isActive(phase) && (state.daemon === 'running' || state.daemon === 'returning')
        ? restarting(state, input.cause?.text)
        : [state, []];
    case 'progress':
    case 'connected':
    case 'question':
    case 'auth-token':
    case 'authentication-failed':
    case 'password-refused':
    case 'open-url':
    case 'server-halt':
    case 'inactive':
      return isActive(phase) && state.daemon === 'running' ? running(state, input) : [state, []];
  }
}

function held(state: State, wait: number): Step {
  const next: State = { ...state, daemon: 'held' };
  if (state.daemon === 'ending' || state.daemon === 'none') return [state, []];
  if (state.phase.type === 'registering') return registered(next);
  const wanted = state.phase.type === 'connecting' || state.phase.type === 'reconnecting';
  if (!wanted || state.paused) return [next, []];
  if (state.eager || wait <= 0)
    return [{ ...next, daemon: 'running', eager: false }, [{ type: 'release', afterMs: 0 }]];
  return [next, [{ type: 'release', afterMs: 1000 * Math.min(wait, LONGEST_WAIT_S) }]];
}

function registered(state: State): Step {
  const { phase } = state;
  if (phase.type !== 'registering') return [state, []];
  const open = state.queue.filter(({ value }) => value === undefined);
  return [
    { ...state, phase: { type: 'registered' } },
    [
      status('CFG_OK', `config_path=${state.configPath}`),
      ...announce(open),
      log('VERB2', `Assigned session path: ${phase.sessionPath}`),
      reply(phase.call),
    ],
  ];
}

/** There is no daemon any more, or there never was one. */
function gone(state: State, text: string): Step {
  const { phase } = state;
  const wasEnding = state.daemon === 'ending' || state.daemon === 'returning';
  const next: State = { ...state, daemon: 'none', authToken: false };
  switch (phase.type) {
    case 'stopping':
      return ended(next);
    case 'registering': // without `wasEnding` it ended without a word
      return wasEnding ? [{ ...next, daemon: 'starting' }, [{ type: 'start-daemon' }]] : registered(next);
    case 'registered':
      return wasEnding ? [{ ...next, daemon: 'starting' }, [{ type: 'start-daemon' }]] : [next, []];
    case 'connecting':
    case 'connected':
    case 'reconnecting':
    case 'asking':
      if (wasEnding) return [{ ...next, daemon: 'starting', eager: true }, [{ type: 'start-daemon' }]];
      return fail(next, text);
    case 'unregistered':
    case 'refused':
    case 'challenged':
    case 'failed':
    case 'done':
      return [next, []];
  }
}

/** The connection failed for good. The daemon, if there still is one, is of no use. */
function fail(state: State, text: string, more: readonly Effect[] = []): Step {
  const alive = state.daemon !== 'none';
  const queue = forget(state.queue, 'CHALLENGE_DYNAMIC'); // the next attempt has another, if any
  return [
    { ...state, queue, paused: false, phase: { type: 'failed' }, daemon: alive ? 'ending' : 'none' },
    [status('CONN_FAILED', text), ...more, ...(alive ? [{ type: 'stop-daemon' } as const] : [])],
  ];
}

type RunningInput = Exclude<
  DaemonInput,
  { type: 'held' | 'configuration-refused' | 'unavailable' | 'exited' | 'restarting' }
>;

/** During an attempt or a connection. What a daemon still says that was sent back is of no interest. */
function running(state: State, input: RunningInput): Step {
  const { phase } = state;
  switch (input.type) {
    case 'progress':
      return [state, progress(state, input.step)];
    case 'connected':
      return [
        { ...state, phase: { type: 'connected' }, eager: true },
        [
          log('VERB2', `Session name: '${input.name}'`),
          log('INFO', `Connected: ${input.summary}`),
          status('CONN_CONNECTED'),
        ],
      ];
    case 'question': {
      const found = findAnswer(state, input.question);
      if (!found) return askUser(state, input.question, attemptOf(phase));
      const [next, answer] = found;
      return [next, [{ type: 'answer', answer }]];
    }
    case 'auth-token':
      return [{ ...state, authToken: true }, []];
    case 'authentication-failed':
      // Tokens expire, and a server that was restarted knows none: the daemon goes back to the password by itself.
      if (state.authToken && !input.challenge) return restarting({ ...state, authToken: false }, undefined);
      return authenticationFailed({ ...state, authToken: false }, input.challenge);
    case 'password-refused':
      return passwordRefused(state, input.name);
    case 'open-url': {
      const url = input.url;
      const next: State =
        phase.type === 'connecting' || phase.type === 'reconnecting'
          ? { ...state, phase: { ...phase, url: true } }
          : state;
      return [
        next,
        [
          { type: 'attention', attention: 'CREDENTIALS', group: 'OPEN_URL', message: url },
          status('SESS_AUTH_URL', url, 'SESSION'),
        ],
      ];
    }
    case 'server-halt': {
      const [next, effects] = fail(state, 'Client disconnected by server', [
        status('CONN_DISCONNECTED'),
        log('INFO', 'Disconnected'),
      ]);
      return [next, [count('CLIENT_HALT'), log('CRIT', `Client Halt: ${input.text}`), ...effects]];
    }
    case 'inactive': {
      const text = 'Inactive tunnel, disconnected';
      return [
        {
          ...state,
          paused: false,
          daemon: 'ending',
          phase: { type: 'stopping', how: { type: 'shutdown', active: false }, calls: [] },
        },
        [log('INFO', text), status('CONN_DONE', text), { type: 'release-name' }, { type: 'stop-daemon' }],
      ];
    }
  }
}

/** The attempt during which a question comes. A connection that asks is not one any more; who waited for it is answered. */
function attemptOf(phase: State['phase']): Attempt {
  if (phase.type === 'asking') return phase.back;
  if (phase.type === 'connected') return nextAttempt(phase, true);
  if (phase.type === 'reconnecting') return { ...phase, announced: true, url: false, waiting: [] };
  return { type: 'connecting', url: false };
}

type ProgressStep = Extract<DaemonInput, { type: 'progress' }>['step'];

function progress({ phase }: State, step: ProgressStep): Effect[] {
  const first = phase.type === 'connecting';
  switch (step) {
    case 'attempt':
      return [log('VERB2', 'Resolving')];
    case 'waiting':
      return [log('VERB1', 'Waiting for server response')];
    case 'first answer':
      return first ? [log('INFO', 'Connecting'), status('CONN_CONNECTING')] : [];
    case 'configuration':
      return first ? [log('VERB2', 'Retrieving configuration from server')] : [];
  }
}

function restarting(state: State, cause: string | undefined): Step {
  const { phase } = state;
  if (state.paused) return [state, []];
  if (cause !== undefined && phase.type === 'connecting') return fail(state, cause);
  switch (phase.type) {
    case 'connecting':
      return [{ ...state, phase: { ...phase, url: false } }, [count('N_RECONNECT')]];
    case 'asking':
      return [{ ...state, phase: nextAttempt(phase.back, true) }, [count('N_RECONNECT')]];
    case 'reconnecting':
      if (phase.announced) return [{ ...state, phase: { ...phase, url: false } }, []];
      return [{ ...state, phase: { ...phase, announced: true } }, reconnecting];
    case 'connected':
      return [{ ...state, phase: nextAttempt(phase, true) }, reconnecting];
    case 'unregistered':
    case 'registering':
    case 'registered':
    case 'refused':
    case 'challenged':
    case 'failed':
    case 'stopping':
    case 'done':
      return [state, []];
  }
}

const reconnecting: readonly Effect[] = [
  count('N_RECONNECT'),
  log('INFO', 'Reconnecting'),
  status('CONN_RECONNECTING'),
];
