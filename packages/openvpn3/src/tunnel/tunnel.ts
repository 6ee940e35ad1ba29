import type { Dialect } from '../contract/dialect.ts';
import { glibError } from '../contract/errors.ts';
import { createDaemonDriver, type DaemonDriverOptions } from './daemon-driver.ts';
import type { Device, Endpoint } from './endpoint.ts';
import type { Effect } from './machine/effect.ts';
import type { Call, Input } from './machine/input.ts';
import { reduce } from './machine/reduce.ts';
import { type CallId, initialState, type State } from './machine/state.ts';
import { createMeter } from './meter.ts';

export type TunnelOptions = Pick<DaemonDriverOptions, 'host' | 'program' | 'configuration'> & {
  readonly token: string;
  readonly dialect: Dialect;
};

/** A call without its number. */
export type TunnelCall = Call extends infer C
  ? C extends { call: CallId }
    ? Omit<C, 'call'>
    : never
  : never;

/** One tunnel: the machine, and the daemon that it drives. */
export type Tunnel = {
  /** Resolves when the call is carried out; rejects with the DBusError that its caller gets. */
  call(call: TunnelCall): Promise<void>;
  input(input: Input): void;
  readonly state: State;
  /** While connected, and while paused. */
  readonly endpoint: Endpoint | undefined;
  readonly device: Device | undefined;
  /** Whether the kernel carries the data of the running tunnel. */
  readonly offloaded: boolean;
  statistics(): Promise<Map<string, bigint>>;
};

export function createTunnel({ token, dialect, host, program, configuration }: TunnelOptions): Tunnel {
  const calls = new Map<CallId, PromiseWithResolvers<void>>();
  const meter = createMeter();
  let state = initialState(token, dialect);
  let lastCall = 0;
  const driver = createDaemonDriver({ host, program, configuration, meter, input, state: () => state });

  function input(next: Input): void {
    const [after, effects] = reduce(state, next);
    state = after;
    for (const effect of effects) perform(effect);
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case 'status':
        host.status(effect.status);
        break;
      case 'log':
        host.log(effect.category, effect.message);
        break;
      case 'attention':
        host.attention(effect.attention, effect.group, effect.message);
        break;
      case 'reply': {
        const call = calls.get(effect.call);
        calls.delete(effect.call);
        const { refusal } = effect;
        if (refusal) call?.reject(glibError(refusal.domain, refusal.text));
        else call?.resolve();
        break;
      }
      case 'call-due':
        setTimeout(input, effect.afterMs, { type: 'call-due', call: effect.call });
        break;
      case 'release-name':
        host.releaseName();
        break;
      case 'exit':
        host.exit();
        break;
      case 'count':
        meter.count(effect.counter);
        break;
      case 'start-daemon':
      case 'release':
      case 'restart-daemon':
      case 'stop-daemon':
      case 'answer':
        driver.perform(effect);
    }
  }

  return {
    call(call) {
      const id = ++lastCall;
      const reply = Promise.withResolvers<void>();
      calls.set(id, reply);
      input({ ...call, call: id } as Call);
      return reply.promise;
    },
    input,
    get state() {
      return state;
    },
    get endpoint() {
      return driver.endpoint;
    },
    get device() {
      return driver.device;
    },
    get offloaded() {
      return driver.offloaded;
    },
    statistics: () => meter.read(driver.client),
  };
}
