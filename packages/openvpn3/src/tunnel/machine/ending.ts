import { type Effect, log, refuse, reply, type Step, status } from './effect.ts';
import type { Call } from './input.ts';
import { type CallId, type Ending, hasTunnel, isActive, type State } from './state.ts';

type EndingCall = Extract<Call, { type: 'Disconnect' | 'ForceShutdown' }>;

/** Disconnect, whose reply comes when it is done, and ForceShutdown, whose reply comes first. */
export function onEndingCall(state: State, { type, call }: EndingCall): Step {
  const { phase } = state;
  if (phase.type === 'done') return [state, [reply(call)]];
  if (type === 'ForceShutdown') {
    const told = [
      log('INFO', `Forcing shutdown of backend process for token ${state.token}`),
      status('CONN_DONE'),
      reply(call),
    ];
    const [next, effects] = shutDown(state);
    return [next, [...told, ...effects]];
  }
  if (phase.type === 'stopping') return [stopping(state, phase.how, [...phase.calls, call]), []];
  if (state.dialect === 'documented' && !isActive(phase)) return [state, [refuse(call, NOT_STARTED)]];
  const told = hasTunnel(phase) ? [status('CONN_DISCONNECTING')] : [];
  const [next, effects] = end(state, { type: 'disconnect', active: isActive(phase) }, [call]);
  return [next, [log('INFO', 'Stopping VPN client'), ...told, ...effects]];
}

/** What the documentation has as an error, and deployed programs allow. */
export const NOT_STARTED = 'Connection is not started';

/** Ends without being asked over the bus: the name goes first, so that nobody waits for an answer. */
export function shutDown(state: State): Step {
  const { phase } = state;
  if (phase.type === 'done') return [state, [{ type: 'exit' }]];
  if (phase.type === 'stopping') {
    if (phase.how.type === 'shutdown') return [state, []];
    const how: Ending = { type: 'shutdown', active: phase.how.active };
    return [stopping(state, how, []), [...phase.calls.map(call => reply(call)), { type: 'release-name' }]];
  }
  const [next, effects] = end(state, { type: 'shutdown', active: isActive(phase) }, []);
  return [next, [{ type: 'release-name' }, ...effects]];
}

function end(state: State, how: Ending, calls: readonly CallId[]): Step {
  const { phase } = state;
  const left: Effect[] =
    phase.type === 'registering' ? [refuse(phase.call, 'Backend service is not initialized')] : [];
  const next = stopping({ ...state, paused: false }, how, calls);
  if (state.daemon === 'none') {
    const [done, effects] = ended(next);
    return [done, [...left, ...effects]];
  }
  return [{ ...next, daemon: 'ending' }, [...left, { type: 'stop-daemon' }]];
}

/** The daemon that we waited for is gone. */
export function ended(state: State): Step {
  const { phase } = state;
  if (phase.type !== 'stopping') return [state, []];
  const { how, calls } = phase;
  const disconnected = how.active ? [status('CONN_DISCONNECTED'), log('INFO', 'Disconnected')] : [];
  const done: State = { ...state, daemon: 'none', phase: { type: 'done' } };
  switch (how.type) {
    case 'disconnect':
      return [
        done,
        [
          ...disconnected,
          status('CONN_DONE'),
          ...calls.map(call => reply(call)),
          { type: 'release-name' },
          { type: 'exit' },
        ],
      ];
    case 'shutdown':
      return [done, [...disconnected, ...calls.map(call => reply(call)), { type: 'exit' }]];
  }
}

const stopping = (state: State, how: Ending, calls: readonly CallId[]): State => ({
  ...state,
  phase: { type: 'stopping', how, calls },
});
