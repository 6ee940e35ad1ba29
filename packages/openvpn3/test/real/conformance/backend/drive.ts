// Does to our program what was done to the deployed one, and notes what it does in the form of a recording.
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '@ovpnkit/lab/testing';
import { BACKEND_SESSION_PATH, BACKENDS, BackendClientV27 } from '@ovpnkit/openvpn3';
import { ask } from '../../answer.ts';
import type { Backend } from '../../backend.ts';
import type { TestBed } from '../../test-bed.ts';
import { access } from './access.ts';
import { outcomeOf, variantOf, wrongSignature } from './dbus-literal.ts';
import { createEmissions } from './emissions.ts';
import type { Expected } from './expectation.ts';
import { maskedLine } from './masked.ts';
import type { Literal } from './python-literal.ts';
import { type Action, isEmission, type Outcome, type Step } from './recording.ts';
import type { Stage } from './stage.ts';

export type Role = {
  readonly stage: Stage;
  /** The client of the bed's server in whose place the program runs. */
  readonly client: number;
  /** The object path of its configuration. */
  readonly configuration: string;
  /** Who logs in in place of `alice`. */
  readonly username?: string;
  /** False for the first process that is started: it may not make a network device. */
  readonly mayConfigureNetwork: boolean;
};

export type Driven = {
  /** What was done and what came of it, in the form of a recording. */
  readonly steps: readonly Step[];
  /** The signals that the log service got. */
  readonly logged: readonly Step[];
};

/** Beyond the time that the deployed program needed. */
const PATIENCE_MS = 10_000;
const POLL_MS = 5;

/** What the daemon tells some time after it was told what to do: of its device, and once a second of its counters. */
const toldLater: ReadonlySet<string> = new Set(['dco', 'device_name', 'statistics']);

/**
 * Takes the steps in their order. Where the recording was idle, this does not wait, but before each step for everything
 * that has to come before it: what does not come in time is waited for once.
 */
export async function drive(
  role: Role,
  steps: readonly Step[],
  expected: readonly Expected[],
): Promise<Driven> {
  const { stage, client, configuration, username, mayConfigureNetwork } = role;
  const { bed } = stage;
  const backends: Backend[] = [];
  const replies: Step[] = [];
  const emissions = createEmissions(stage, backends);
  const awaited = new Map<string, number>();
  let next = 0;

  async function settle(until: number, patienceMs: number): Promise<void> {
    const end = performance.now() + patienceMs;
    for (; next < expected.length; next++) {
      const { step, stream, line } = expected[next] ?? { step: until };
      if (step >= until) break;
      if (stream === 'reply' || line === undefined) continue;
      const wanted = (awaited.get(line) ?? 0) + 1;
      while (emissions.count(line) < wanted && performance.now() < end) await sleep(POLL_MS);
      // What never came is not waited for again.
      awaited.set(line, Math.min(wanted, emissions.count(line)));
    }
  }

  const current = (): Backend => {
    const backend = backends.at(-1);
    if (backend === undefined) throw new Error('the recording does something before it starts the program');
    return backend;
  };

  const isGone = (): boolean => !isRunning(current().pid);

  async function start(): Promise<void> {
    const may = mayConfigureNetwork || backends.length > 0;
    const backend = await bed.startBackend({ client, mayConfigureNetwork: may });
    backends.push(backend);
  }

  const tokens = tokensOf(steps);
  const argument = (value: Literal): Literal => {
    if (tokens.has(value)) return current().token;
    if (value === 'alice' && username !== undefined) return username;
    if (typeof value !== 'string' || value.endsWith('/does_not_exist')) return value;
    if (value.startsWith('/net/openvpn/v3/sessions/')) return current().sessionPath;
    return value.startsWith('/net/openvpn/v3/configuration/') ? configuration : value;
  };

  async function call({ member, args, outcome }: CallAction): Promise<Outcome> {
    // The bus refuses a method that there is only at another object, which the recording does not name.
    if (isRefusedByBus(outcome) && BackendClientV27.methods.has(member)) {
      const elsewhere = { path: `${BACKEND_SESSION_PATH}/elsewhere`, interface: BACKENDS, member };
      const bus = await stage.busOf('openvpn');
      return outcomeOf(await ask(bus, { destination: current().busName, ...elsewhere }));
    }
    const signature = wrongSignature(outcome);
    const options = signature === undefined ? {} : { signature };
    return outcomeOf(await current().callWith(options, member, ...args.map(argument)));
  }

  /** What the daemon tells later is asked until it is what it has to be. */
  async function get(step: GetAction, index: number): Promise<GetAction> {
    const wanted = expected.find(each => each.step === index)?.line;
    for (const end = performance.now() + PATIENCE_MS; ; await sleep(POLL_MS)) {
      const outcome = outcomeOf(await bed.sessions.get(current().busName, step.property));
      const got = { ...step, outcome };
      const isOver = !toldLater.has(step.property) || wanted === undefined || performance.now() > end;
      if (isOver || maskedLine({ ...got, at: 0 }) === wanted) return got;
    }
  }

  /** The step with the outcome that it has here; where the recording has none, there is none to compare. */
  async function act(step: Action, index: number): Promise<Action> {
    switch (step.kind) {
      case 'start':
        await start();
        return step;
      case 'call': {
        const outcome = await call(step);
        return step.outcome === undefined ? step : { ...step, outcome };
      }
      case 'get':
        return get(step, index);
      case 'getAll':
        return { ...step, outcome: outcomeOf(await bed.sessions.getAll(current().busName)) };
      case 'set': {
        const value = variantOf(step.property, step.value, step.outcome);
        const answer = await bed.sessions.set(current().busName, step.property, value);
        return { ...step, outcome: outcomeOf(answer) };
      }
      case 'access':
        return { ...step, outcome: await access(await stage.busOf(step.user), current().busName, step.what) };
      case 'kill':
        current().kill(step.signal);
        return step;
      case 'release':
        await bed.sessions.release();
        return step;
      case 'acquire':
        await bed.sessions.acquire();
        return step;
      case 'halt':
        await halt(bed, client);
        return step;
      case 'admit':
        await bed.server.finishWebAuth();
        return step;
      case 'alive':
        return { kind: isGone() ? 'exit' : 'alive' };
      case 'exit': {
        const end = performance.now() + PATIENCE_MS;
        while (!isGone() && performance.now() < end) await sleep(POLL_MS);
        return { kind: isGone() ? 'exit' : 'alive' };
      }
    }
  }

  let before = steps[0]?.at ?? 0;
  for (const [index, step] of steps.entries()) {
    if (isEmission(step)) continue;
    await settle(index, step.at - before + PATIENCE_MS);
    before = step.at;
    const at = performance.now();
    replies.push({ ...(await act(step, index)), at, until: performance.now() });
  }
  await settle(steps.length, (steps.at(-1)?.at ?? 0) - before + PATIENCE_MS);
  const seen = [...emissions.all()];
  // It may arrive later at the log service than the same at the session manager, and the next behind it sooner.
  const sent = seen.filter(step => step.kind === 'signal' && step.member !== 'RegistrationRequest');
  const end = performance.now() + PATIENCE_MS;
  while (emissions.logged().length < sent.length && performance.now() < end) await sleep(POLL_MS);
  const logged = emissions.logged().slice(0, sent.length);
  for (const backend of backends) if (isRunning(backend.pid)) backend.kill('SIGKILL');
  return { steps: [...replies, ...seen].sort((a, b) => a.at - b.at), logged };
}

type CallAction = Action & { readonly kind: 'call' };
type GetAction = Action & { readonly kind: 'get' };

const isRefusedByBus = (outcome: Outcome | undefined): boolean =>
  outcome !== undefined && 'message' in outcome && outcome.message.startsWith('Rejected send message');

const tokensOf = (steps: readonly Step[]): ReadonlySet<Literal | undefined> =>
  new Set(
    steps.map(step =>
      step.kind === 'signal' && step.member === 'RegistrationRequest' ? step.args[1] : undefined,
    ),
  );

async function halt(bed: TestBed, client: number): Promise<void> {
  const { management, lab } = bed.server;
  const status = await management.status();
  const name = lab.clients[client]?.commonName;
  const cid =
    status.mode === 'server' ? status.clients.find(each => each.commonName === name)?.cid : undefined;
  if (cid === undefined) throw new Error(`the server has no client ${name} that could be told to halt`);
  await management.clientKill(cid, 'HALT');
}
