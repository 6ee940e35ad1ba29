import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Dialect } from '../src/contract/dialect.ts';
import type { StatusMinorName } from '../src/contract/status.ts';
import type { DaemonInput, Input } from '../src/tunnel/machine/input.ts';
import { reduce } from '../src/tunnel/machine/reduce.ts';
import { initialState, isActive, type State } from '../src/tunnel/machine/state.ts';
import * as inputs from './machine-inputs.ts';
import { createWorld, type Move, move, type World } from './machine-world.ts';

const dialect = fc.constantFrom<Dialect[]>('v27', 'documented');

const moves: fc.Arbitrary<Move[]> = fc.array(move, { maxLength: 60, size: 'max' });

const daemonMove = (saying: DaemonInput): Move => {
  const held = { type: 'held', wait: 0 } as const;
  const turn = { dies: false, parts: false, saying, parting: saying, held, notStarted: saying };
  return { type: 'daemon', turn };
};

/** The way to a connection, of which every world goes some part. */
const way: readonly Move[] = [
  { type: 'call', make: call => register(call) },
  daemonMove({ type: 'held', wait: 0 }),
  { type: 'call', make: call => ({ type: 'Connect', call }) },
  daemonMove({ type: 'connected', name: 'server', summary: 'server:1194' }),
];

const register = (call: number): Input => ({
  type: 'register',
  call,
  sessionPath: '/session',
  configPath: '/configuration',
  requirements: initialState('', 'v27').requirements,
  answers: new Map(),
});

/** Plays in a world, and gives it to the test at each move. */
function everywhere(test: (world: World) => void): void {
  fc.assert(
    fc.property(dialect, fc.nat(way.length), moves, (dialect, begun, moves) => {
      const world = createWorld(dialect);
      for (const each of [...way.slice(0, begun), ...moves]) {
        world.move(each);
        test(world);
      }
      world.end();
      test(world);
    }),
    { numRuns: 2000 },
  );
}

/** What ends a pause, or the whole. */
const endOfPause: readonly StatusMinorName[] = [
  ...(['CONN_RESUMING', 'CONN_RECONNECTING', 'CONN_FAILED', 'CONN_AUTH_FAILED'] as const),
  ...(['CFG_REQUIRE_USER', 'CONN_DISCONNECTING', 'CONN_DISCONNECTED', 'CONN_DONE'] as const),
];

const over = ({ phase }: State): boolean => phase.type === 'stopping' || phase.type === 'done';

describe('the machine of a tunnel', () => {
  it('does with an honest daemon only what can be done with it, and ends for good', () => {
    everywhere(() => {});
  });

  it('answers every call exactly once, at the latest when its daemon has ended', () => {
    everywhere(world => {
      const twice = [...world.replies].filter(([, count]) => count > 1);
      deepEqual(twice, []);
      if (world.state.phase.type !== 'done') return;
      const unanswered = [...world.replies].filter(([, count]) => count === 0);
      deepEqual(unanswered, []);
    });
  });

  it('ends a pause before it begins another, and resumes only a pause', () => {
    everywhere(({ statuses, state }) => {
      let paused = false;
      for (const minor of statuses) {
        if (minor === 'CONN_PAUSING') ok(!paused, statuses.join());
        if (minor === 'CONN_RESUMING' || minor === 'CONN_CONNECTED') {
          ok(paused === (minor === 'CONN_RESUMING'), statuses.join());
        }
        if (minor === 'CONN_PAUSED') paused = true;
        if (endOfPause.includes(minor)) paused = false;
      }
      if (!over(state)) ok(paused === state.paused, `${state.phase.type}: ${statuses.join()}`);
    });
  });

  it('ends every attempt with what became of it once the daemon is gone', () => {
    everywhere(({ state, statuses }) => {
      if (state.daemon === 'none') ok(!isActive(state.phase), state.phase.type);
      const last = statuses.at(-1);
      if (state.phase.type === 'failed')
        ok(last === 'CONN_FAILED' || last === 'CONN_DISCONNECTED' || last === 'CFG_OK');
    });
  });

  it('tells no secret on the bus', () => {
    everywhere(({ told }) => ok(!told.includes(inputs.SECRET), told));
  });

  it('has the daemon start anew for each write of dco before it connects, also while one starts', () => {
    const world = createWorld('v27');
    const write = () => world.input({ type: 'set-dco' }).map(({ type }) => type);
    for (const each of way.slice(0, 2)) world.move(each);
    for (let writes = 0; writes < 3; writes++) {
      deepEqual(write(), ['stop-daemon']);
      deepEqual(write(), []);
      world.move(daemonMove(inputs.exited));
      equal(world.state.daemon, 'starting');
    }
  });

  it('throws at no input, in whatever order, and answers no call twice', () => {
    const anything: fc.Arbitrary<(call: number, state: State) => Input> = fc.oneof(
      fc
        .oneof(inputs.saying, inputs.parting, inputs.held, inputs.notStarted, inputs.time)
        .map(input => () => input),
      fc.constantFrom<Input[]>(inputs.exited, { type: 'inactive' }).map(input => () => input),
      fc.oneof(inputs.registration, inputs.call, inputs.ending).map(
        make => (call: number, state: State) =>
          make(
            call,
            state.queue.map(({ type, ...entry }) => ({ attention: type, ...entry })),
          ),
      ),
    );
    fc.assert(
      fc.property(dialect, fc.array(anything, { maxLength: 60, size: 'max' }), (dialect, inputs) => {
        let state = initialState('token', dialect);
        const answered = new Set<number>();
        inputs.forEach((make, call) => {
          const before = state;
          const [after, effects] = reduce(state, make(call, state));
          state = after;
          for (const effect of effects) {
            if (effect.type === 'reply') {
              ok(!answered.has(effect.call), `call ${effect.call} is answered twice`);
              answered.add(effect.call);
            }
            if (effect.type === 'start-daemon') ok(!['starting', 'held', 'running'].includes(before.daemon));
            if (before.phase.type === 'done')
              ok(effect.type === 'reply' || effect.type === 'exit', effect.type);
          }
          if (before.phase.type === 'done') ok(after.phase.type === 'done');
        });
      }),
      { numRuns: 2000 },
    );
  });
});
