import { count, type Effect, log, refuse, reply, type Step, status } from './effect.ts';
import { NOT_STARTED, onEndingCall } from './ending.ts';
import type { Call } from './input.ts';
import { findAnswer, firstQuestions } from './questions.ts';
import { isRefusal } from './refusal.ts';
import { type CallId, hasTunnel, isActive, nextAttempt, type State } from './state.ts';
import { answerTo, ask, isAnswered, isComplete, provide } from './user-input-queue.ts';

/** How long Connect waits for a reconnection that is under way; the session manager waits a little longer for its answer. */
const CONNECT_WAIT_MS = 3000;
const NOT_INITIALIZED = 'Backend service is not initialized';

/** The calls of the session manager. */
export function onCall(state: State, input: Call): Step {
  switch (input.type) {
    case 'register':
    case 'refuse-profile':
      return register(state, input);
    case 'Ready':
      return ready(state, input.call);
    case 'Connect':
      return connect(state, input.call);
    case 'Pause':
      return pause(state, input.call, input.reason);
    case 'Resume':
      return resume(state, input.call);
    case 'Restart':
      return restart(state, input.call);
    case 'Disconnect':
    case 'ForceShutdown':
      return onEndingCall(state, input);
    case 'UserInputProvide':
      return takeInput(state, input);
    case 'set-dco':
      // The daemon was started with what was true before. Its end in this state, or the next Connect, brings a new one.
      if (isActive(state.phase) || (state.daemon !== 'held' && state.daemon !== 'starting'))
        return [state, []];
      return [{ ...state, daemon: 'ending' }, [{ type: 'stop-daemon' }]];
  }
}

function register(state: State, input: Extract<Call, { type: 'register' | 'refuse-profile' }>): Step {
  const { call, configPath } = input;
  if (state.phase.type !== 'unregistered') {
    return [state, [reply(call, { domain: 'registration', text: 'Backend service is already registered' })]];
  }
  if (input.type === 'refuse-profile') return refuseProfile({ ...state, configPath }, call, input.text);
  const { requirements, sessionPath, answers } = input;
  const queue = ask([], firstQuestions(requirements)).map(entry => ({
    ...entry,
    value: answers.get(entry.name),
  }));
  const phase = { type: 'registering', call, sessionPath } as const;
  return [
    { ...state, configPath, requirements, queue, phase, daemon: 'starting' },
    [{ type: 'start-daemon' }],
  ];
}

/** There will be no session with such a profile: the process has no purpose any more. */
export function refuseProfile(state: State, call: CallId, text: string): Step {
  const failure = `Configuration parsing failed: ${text}`;
  return [
    { ...state, daemon: 'none', phase: { type: 'done' } },
    [
      log('ERROR', `Failed to parse configuration: ${text}`),
      status('CFG_ERROR', `config_path=${state.configPath}, eval_message='${text}'`),
      log('FATAL', `Failed to initialize client: ${failure}`),
      refuse(call, failure),
      { type: 'release-name' },
      { type: 'exit' },
    ],
  ];
}

function ready(state: State, call: CallId): Step {
  const { phase } = state;
  const notReady = (text: string): Step => [state, [reply(call, { domain: 'ready', text })]];
  if (!isComplete(state.queue)) return notReady('Missing user credentials');
  if ((phase.type === 'connecting' || phase.type === 'reconnecting') && phase.url)
    return notReady('Pending web authentication');
  return [state, [reply(call)]];
}

function connect(state: State, call: CallId): Step {
  const { phase } = state;
  switch (phase.type) {
    case 'unregistered':
    case 'registering':
    case 'stopping':
    case 'done':
      return [state, [refuse(call, NOT_INITIALIZED)]];
    case 'connecting':
    case 'connected':
    case 'asking':
      return [state, [reply(call)]];
    case 'reconnecting':
      if (state.paused) return [state, [reply(call)]];
      return [
        { ...state, phase: { ...phase, waiting: [...phase.waiting, call] } },
        [{ type: 'call-due', call, afterMs: CONNECT_WAIT_MS }],
      ];
    case 'registered':
    case 'refused':
      return state.paused ? [state, [reply(call)]] : begin(state, call);
    case 'challenged':
    case 'failed':
      return begin(state, call);
  }
}

function begin(state: State, call: CallId): Step {
  const { queue, phase } = state;
  const good = status('CFG_OK', `config_path=${state.configPath}`);
  if (!isComplete(queue)) return [state, [good, refuse(call, 'Required user input not provided')]];
  const user = answerTo(queue, 'username')?.reveal();
  const provided = (what: string): Effect[] =>
    user === undefined ? [] : [log('VERB1', `${what} provided successfully for '${user}'`)];
  const challenged = isAnswered(queue, 'CHALLENGE_DYNAMIC') || isAnswered(queue, 'CHALLENGE_STATIC');
  const start: [State['daemon'], Effect[]] =
    state.daemon === 'held'
      ? ['running', [{ type: 'release', afterMs: 0 }]]
      : state.daemon === 'none'
        ? ['starting', [{ type: 'start-daemon' }]]
        : [state.daemon, []]; // it is on its way to where it is held
  return [
    {
      ...state,
      challenge: phase.type === 'challenged' ? phase.challenge : undefined,
      phase: { type: 'connecting', url: false },
      paused: false,
      eager: start[0] !== 'running',
      daemon: start[0],
    },
    [
      ...start[1], // the daemon's first words come later anyway
      good,
      log('INFO', 'Starting connection'),
      ...provided('Username/password'),
      ...(challenged ? provided('Dynamic challenge') : []),
      log('VERB2', `Using DNS resolver scope: ${state.requirements.dnsScope}`),
      reply(call),
      status('CONN_CONNECTING'),
    ],
  ];
}

function pause(state: State, call: CallId, reason: string): Step {
  const { phase } = state;
  if (!hasTunnel(phase)) return [state, [refuse(call, NOT_INITIALIZED)]];
  if (state.paused) return [state, [refuse(call, 'Connection is already paused')]];
  if (state.dialect === 'documented' && !isActive(phase)) return [state, [refuse(call, NOT_STARTED)]];
  const printable = reason.replace(/[\x00-\x1f\x7f]/g, '');
  const interrupts = state.daemon === 'running' && isActive(phase);
  return [
    {
      ...state,
      paused: true,
      phase: interrupted(phase),
      daemon: interrupts ? 'returning' : state.daemon,
    },
    [
      log('INFO', 'Pausing connection'),
      status('CONN_PAUSING', `Reason: ${printable}`),
      status('CONN_PAUSED'),
      ...(isActive(phase) ? [count('N_PAUSE')] : []),
      ...(interrupts ? [{ type: 'restart-daemon' } as const] : []),
      reply(call),
    ],
  ];
}

/** Where an attempt or a connection stands when the daemon is sent back to where it is held. */
function interrupted(phase: State['phase']): State['phase'] {
  switch (phase.type) {
    case 'connecting':
    case 'connected':
    case 'reconnecting':
      return nextAttempt(phase, false);
    case 'asking':
      return nextAttempt(phase.back, false);
    case 'unregistered':
    case 'registering':
    case 'registered':
    case 'refused':
    case 'challenged':
    case 'failed':
    case 'stopping':
    case 'done':
      return phase;
  }
}

function resume(state: State, call: CallId): Step {
  if (!hasTunnel(state.phase)) return [state, [refuse(call, NOT_INITIALIZED)]];
  if (!state.paused) return [state, [refuse(call, 'Connection is not paused')]];
  const told = [log('INFO', 'Resuming connection'), status('CONN_RESUMING'), reply(call)];
  const [next, effects] = goOn(state);
  return [next, [...told, ...effects]];
}

function restart(state: State, call: CallId): Step {
  const { phase } = state;
  if (!hasTunnel(phase)) return [state, [refuse(call, NOT_INITIALIZED)]];
  const told: Effect[] = [log('INFO', 'Restarting connection'), status('CONN_RECONNECTING'), reply(call)];
  if (state.paused) {
    const [next, effects] = goOn(state);
    return [next, [...told, ...effects]];
  }
  // It waits before its next attempt.
  if (state.daemon === 'held' && isActive(phase))
    return [{ ...state, daemon: 'running', eager: false }, [...told, { type: 'release', afterMs: 0 }]];
  if (state.daemon === 'running' && isActive(phase))
    return [
      { ...state, phase: interrupted(phase), daemon: 'returning', eager: true },
      [...told, { type: 'restart-daemon' }],
    ];
  return [state, told];
}

/** Ends a pause. */
function goOn(state: State): Step {
  const { phase } = state;
  const next: State = { ...state, paused: false, eager: true };
  if (phase.type !== 'connecting' && phase.type !== 'reconnecting') return [next, []];
  const announced: Effect[] =
    phase.type === 'reconnecting'
      ? [log('INFO', 'Reconnecting'), status('CONN_RECONNECTING'), count('N_RECONNECT')]
      : [];
  const going: State = {
    ...next,
    phase: phase.type === 'reconnecting' ? { ...phase, announced: true } : phase,
  };
  // Otherwise it is on its way there.
  if (state.daemon !== 'held') return [going, announced];
  return [{ ...going, daemon: 'running', eager: false }, [...announced, { type: 'release', afterMs: 0 }]];
}

function takeInput(state: State, input: Extract<Call, { type: 'UserInputProvide' }>): Step {
  const { attention: type, group, id, call } = input;
  const queue = provide(state.queue, { type, group, id }, input.value);
  if (isRefusal(queue)) return [state, [reply(call, queue)]];
  const taken: State = { ...state, queue };
  if (state.phase.type !== 'asking' || !isComplete(queue)) return [taken, [reply(call)]];
  const { question, back } = state.phase;
  const found = findAnswer(taken, question);
  if (!found) return [taken, [reply(call)]];
  const [next, answer] = found;
  return [{ ...next, phase: back }, [reply(call), { type: 'answer', answer }]];
}
