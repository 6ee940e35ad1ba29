import { type Effect, reply, type Step } from './effect.ts';
import type { Input } from './input.ts';
import { onCall } from './on-call.ts';
import { onDaemon } from './on-daemon.ts';
import { onTime } from './on-time.ts';
import { forgetMoment } from './questions.ts';
import type { State } from './state.ts';

/** What a tunnel becomes by what happens, and what is to be done about it. Every state takes every input. */
export function reduce(state: State, input: Input): Step {
  const [next, effects] = dispatch(state, input);
  const all = [...effects, ...answerWaiting(state, next)];
  const isOver = state.phase.type === 'asking' && next.phase.type !== 'asking';
  const queue = isOver ? forgetMoment(next.queue) : next.queue;
  return [{ ...next, queue, status: lastStatus(all) ?? next.status }, all];
}

function dispatch(state: State, input: Input): Step {
  switch (input.type) {
    case 'register':
    case 'refuse-profile':
    case 'Ready':
    case 'Connect':
    case 'Pause':
    case 'Resume':
    case 'Restart':
    case 'Disconnect':
    case 'ForceShutdown':
    case 'UserInputProvide':
    case 'set-dco':
      return onCall(state, input);
    case 'held':
    case 'configuration-refused':
    case 'unavailable':
    case 'progress':
    case 'connected':
    case 'restarting':
    case 'question':
    case 'auth-token':
    case 'authentication-failed':
    case 'password-refused':
    case 'open-url':
    case 'server-halt':
    case 'inactive':
    case 'exited':
      return onDaemon(state, input);
    case 'release-due':
    case 'call-due':
    case 'registration-due':
    case 'terminate':
      return onTime(state, input);
  }
}

/** Who waited for the end of a reconnection hears of it, whatever the end is. */
function answerWaiting(before: State, { phase }: State): Effect[] {
  if (before.phase.type !== 'reconnecting' || phase.type === 'reconnecting') return [];
  return before.phase.waiting.map(call => reply(call));
}

const lastStatus = (effects: readonly Effect[]) =>
  effects.findLast(effect => effect.type === 'status')?.status;
