import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Effect } from '../src/tunnel/machine/effect.ts';
import type { Input } from '../src/tunnel/machine/input.ts';
import { reduce } from '../src/tunnel/machine/reduce.ts';
import { initialState, type State } from '../src/tunnel/machine/state.ts';

const { requirements } = initialState('token', 'v27');
const start: readonly Input[] = [
  { type: 'register', call: 1, sessionPath: '/s', configPath: '/c', requirements, answers: new Map() },
  { type: 'held', wait: 0 },
  { type: 'Connect', call: 2 },
];

/** What becomes of a tunnel, and what the last input wants of its daemon. */
function play(...inputs: readonly Input[]): [State, Effect['type'][]] {
  let state = initialState('token', 'v27');
  let effects: readonly Effect[] = [];
  for (const input of [...start, ...inputs]) [state, effects] = reduce(state, input);
  const ofDaemon = ['start-daemon', 'release', 'restart-daemon', 'stop-daemon'];
  return [state, effects.map(({ type }) => type).filter(type => ofDaemon.includes(type))];
}

test('a restart does not wait for the pause between two attempts', () => {
  const [state, effects] = play(
    { type: 'restarting', cause: undefined },
    { type: 'held', wait: 10 },
    { type: 'Restart', call: 3 },
  );
  equal(state.daemon, 'running');
  deepEqual(effects, ['release']);
});

test('a daemon that was sent back is not sent back again, and says nothing but that it goes', () => {
  const restart: Input = { type: 'Restart', call: 3 };
  deepEqual(play(restart)[1], ['restart-daemon']);
  deepEqual(play(restart, { type: 'Restart', call: 4 })[1], []);
  deepEqual(play(restart, { type: 'Pause', call: 4, reason: '' })[1], []);
  const [state] = play(restart, { type: 'connected', name: 'a', summary: 'b' });
  equal(state.phase.type, 'connecting');
});

test('another daemon takes the place of one that ended instead of going back', () => {
  for (const call of [
    { type: 'Restart', call: 3 },
    { type: 'Pause', call: 3, reason: '' },
  ] as const) {
    const gone: Input = { type: 'exited', text: 'The OpenVPN daemon ended with code 1' };
    const [state, effects] = play(call, gone);
    deepEqual([state.phase.type, effects], ['connecting', ['start-daemon']]);
    // In a pause it is not released.
    deepEqual(play(call, gone, { type: 'held', wait: 0 })[1], call.type === 'Pause' ? [] : ['release']);
  }
});
