import { log, refuse, type Step } from './effect.ts';
import { shutDown } from './ending.ts';
import type { TimeInput } from './input.ts';
import type { State } from './state.ts';

/** Time that has passed, and the wish of the system that the process ends. */
export function onTime(state: State, input: TimeInput): Step {
  const { phase } = state;
  switch (input.type) {
    case 'release-due': {
      const wanted = phase.type === 'connecting' || phase.type === 'reconnecting';
      if (!wanted || state.paused || state.daemon !== 'held') return [state, []];
      return [{ ...state, daemon: 'running', eager: false }, [{ type: 'release', afterMs: 0 }]];
    }
    case 'call-due': {
      if (phase.type !== 'reconnecting' || !phase.waiting.includes(input.call)) return [state, []];
      const waiting = phase.waiting.filter(call => call !== input.call);
      const text = 'Session is changing connection state, but times out';
      return [{ ...state, phase: { ...phase, waiting } }, [refuse(input.call, text)]];
    }
    case 'registration-due': {
      if (phase.type !== 'unregistered') return [state, []];
      const gaveUp = log('CRIT', 'The session manager did not confirm the registration in time; giving up');
      const [next, effects] = shutDown(state);
      return [next, [gaveUp, ...effects]];
    }
    case 'terminate':
      return shutDown(state);
  }
}
