// A tunnel's machine among an honest daemon, callers and clocks: what it wants is done, and checked while it is done.
import { ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { Dialect } from '../src/contract/dialect.ts';
import type { StatusMinorName } from '../src/contract/status.ts';
import type { Effect } from '../src/tunnel/machine/effect.ts';
import type { DaemonInput, Input } from '../src/tunnel/machine/input.ts';
import { reduce } from '../src/tunnel/machine/reduce.ts';
import { type CallId, initialState, isActive, type State } from '../src/tunnel/machine/state.ts';
import * as inputs from './machine-inputs.ts';

/** What the daemon does when it is its turn, of what it can do then. */
type Turn = {
  readonly dies: boolean;
  readonly parts: boolean;
  readonly saying: DaemonInput;
  readonly parting: DaemonInput;
  readonly held: DaemonInput;
  readonly notStarted: DaemonInput;
};

export type Move =
  | { readonly type: 'call'; readonly make: inputs.MakeCall }
  | { readonly type: 'daemon'; readonly turn: Turn }
  | { readonly type: 'time' };

const callMove = (make: fc.Arbitrary<inputs.MakeCall>): fc.Arbitrary<Move> =>
  make.map(make => ({ type: 'call', make }));

export const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 2, arbitrary: callMove(inputs.registration) },
  { weight: 40, arbitrary: callMove(inputs.call) },
  { weight: 1, arbitrary: callMove(inputs.ending) },
  { weight: 5, arbitrary: fc.constant<Move>({ type: 'time' }) },
  {
    weight: 60,
    arbitrary: fc
      .record({
        dies: fc.integer({ min: 0, max: 19 }).map(n => n === 0),
        parts: fc.nat(3).map(n => n === 0),
        saying: inputs.saying,
        parting: inputs.parting,
        held: inputs.held,
        notStarted: inputs.notStarted,
      })
      .map((turn): Move => ({ type: 'daemon', turn })),
  },
);

export type World = {
  move(move: Move): void;
  input(input: Input): readonly Effect[];
  /** Ends it, as the system would, and lets the daemon end. */
  end(): void;
  readonly state: State;
  /** Replies to each call, in all. */
  readonly replies: ReadonlyMap<CallId, number>;
  /** In order. */
  readonly statuses: readonly StatusMinorName[];
  /** What reached the bus, as text. */
  readonly told: string;
};

/** As the daemon itself sees it: `returning` is one on its way to where it is held. */
type Daemon = 'none' | 'starting' | 'held' | 'running' | 'returning' | 'ending';

/** What is told when a tunnel gets there. */
const toldAs: Readonly<Partial<Record<State['phase']['type'], readonly StatusMinorName[]>>> = {
  connected: ['CONN_CONNECTED'],
  asking: ['CFG_REQUIRE_USER'],
  challenged: ['CFG_REQUIRE_USER'],
  refused: ['CONN_AUTH_FAILED', 'CONN_FAILED', 'CFG_REQUIRE_USER'],
  failed: ['CONN_FAILED'],
  done: ['CONN_DONE', 'CFG_ERROR'],
};

const momentary = /^(?:auth_pending|pkcs11_sign:.*|pkcs11_pin|token_insertion)$/;

export function createWorld(dialect: Dialect): World {
  let state = initialState('token', dialect);
  let daemon: Daemon = 'none';
  let lastCall = 0;
  let releaseDue = false;
  let terminated = false;
  let told = '';
  const replies = new Map<CallId, number>();
  const statuses: StatusMinorName[] = [];
  const due: CallId[] = [];

  function input(next: Input): readonly Effect[] {
    const before = state;
    const [after, effects] = reduce(state, next);
    state = after;
    if (before.phase.type === 'done') ok(after.phase.type === 'done', 'done is final');
    for (const effect of effects) perform(effect, before);
    if (next.type === 'terminate') terminated = true;
    checkTold(before, effects);
    checkQuestions();
    if (isActive(state.phase)) ok(state.daemon !== 'none', `${state.phase.type} has a daemon`);
    return effects;
  }

  /** Whoever follows the statuses knows where a connection stands. */
  function checkTold(before: State, effects: readonly Effect[]): void {
    const { type } = state.phase;
    const wanted = toldAs[type];
    if (type === before.phase.type || wanted === undefined) return;
    if (type === 'done' && (terminated || statuses.includes('CONN_DONE'))) return;
    const now = effects.flatMap(effect => (effect.type === 'status' ? [effect.status.minor] : []));
    ok(
      now.some(minor => wanted.includes(minor)),
      `${before.phase.type} became ${type}, and was told as ${now.join() || 'nothing'}`,
    );
  }

  /** What a daemon asks for this moment is gone with the moment. */
  function checkQuestions(): void {
    if (state.phase.type === 'asking') return;
    const left = state.queue.filter(({ name }) => momentary.test(name)).map(({ name }) => name);
    ok(left.length === 0, `${state.phase.type} has the question ${left.join()} of another moment`);
  }

  function perform(effect: Effect, before: State): void {
    switch (effect.type) {
      case 'status':
        statuses.push(effect.status.minor);
        told += `${effect.status.message}\n`;
        break;
      case 'log':
      case 'attention':
        told += `${effect.message}\n`;
        break;
      case 'reply':
        replies.set(effect.call, (replies.get(effect.call) ?? 0) + 1);
        told += `${effect.refusal?.text}\n`;
        break;
      case 'call-due':
        due.push(effect.call);
        break;
      case 'start-daemon':
        ok(daemon === 'none' && before.daemon !== 'held' && before.daemon !== 'running', `no second daemon`);
        ok(before.phase.type !== 'done', 'no daemon when it is over');
        daemon = 'starting';
        break;
      case 'release':
        ok(daemon === 'held', `only a held daemon is released, this one is ${daemon}`);
        if (effect.afterMs > 0) releaseDue = true;
        else daemon = 'running';
        break;
      case 'restart-daemon':
        ok(daemon === 'running' || daemon === 'returning', `no daemon to restart, this one is ${daemon}`);
        daemon = 'returning';
        break;
      case 'stop-daemon':
        ok(daemon !== 'none', 'a daemon that ends is there');
        daemon = 'ending';
        break;
      case 'answer':
        ok(daemon === 'running' || daemon === 'returning', `only a running daemon asks, not one ${daemon}`);
        break;
      case 'exit':
        ok(daemon === 'none', `the process ends after its daemon, which is ${daemon}`);
        ok(state.phase.type === 'done', 'the process ends when it is over');
        break;
      case 'release-name':
      case 'count':
    }
  }

  function exit(how: DaemonInput): void {
    daemon = 'none';
    releaseDue = false;
    input(how);
  }

  function daemonTurn({ dies, parts, saying, parting, held, notStarted }: Turn): void {
    switch (daemon) {
      case 'none':
        break;
      case 'starting':
        if (dies) exit(notStarted);
        else hold(held);
        break;
      case 'held':
        if (dies) exit(inputs.exited);
        break;
      case 'running':
        if (dies) exit(inputs.exited);
        else {
          if (parts) daemon = 'returning';
          input(parts ? parting : saying);
        }
        break;
      case 'returning':
        if (dies) exit(inputs.exited);
        else if (parts) input({ type: 'restarting', cause: undefined });
        else hold(held);
        break;
      case 'ending':
        // What it said before it heard of its end may come late.
        if (parts) input(saying);
        else exit(inputs.exited);
    }
  }

  function hold(how: DaemonInput): void {
    daemon = 'held';
    input(how);
  }

  return {
    input,
    move(next) {
      switch (next.type) {
        case 'call': {
          const open = state.queue
            .filter(({ value }) => value === undefined)
            .map(({ type, ...entry }) => ({ attention: type, ...entry }));
          const call = next.make(++lastCall, open);
          if ('call' in call) replies.set(call.call, 0);
          input(call);
          break;
        }
        case 'daemon':
          daemonTurn(next.turn);
          break;
        case 'time': {
          const call = due.shift();
          if (call !== undefined) input({ type: 'call-due', call });
          if (releaseDue) {
            releaseDue = false;
            input({ type: 'release-due' });
          }
        }
      }
    },
    end() {
      input({ type: 'terminate' });
      if (daemon !== 'none') exit(inputs.exited);
      ok(daemon === 'none', `no daemon is left, this one is ${daemon}`);
    },
    get state() {
      return state;
    },
    replies,
    statuses,
    get told() {
      return told;
    },
  };
}
