// A backend VPN client process as its session manager has it.
import { setTimeout as sleep } from 'node:timers/promises';
import { Variant } from '@ovpnkit/dbus';
import { eventually, isRunning, type ProcessFacts } from '@ovpnkit/lab/testing';
import { dialectOf, StatusMinor, type StatusMinorName, type WireStatus } from '@ovpnkit/openvpn3';
import { type Answer, unwrap } from './answer.ts';
import type { BackendProcess } from './backend-process.ts';
import type { LogService } from './log-service.ts';
import { type BackendCallOptions, propertyVariant, type SessionManager } from './session-manager.ts';
import { createSignalRecord, type RecordedSignal, type SignalRecord } from './signal-record.ts';

export type Backend = Omit<BackendProcess, 'processes'> & {
  readonly busName: string;
  readonly uniqueName: string;
  readonly pid: number;
  /** What `confirm` gives it. */
  readonly sessionPath: string;
  /** What it sent to the session manager, broadcasts included. */
  readonly signals: SignalRecord;
  /** What it sent to the log service; empty without one. */
  readonly logged: SignalRecord;
  /** Calls RegistrationConfirmation, in the form that the bed's dialect has. */
  confirm(configPath: string): Promise<Answer>;
  call(member: string, ...args: readonly unknown[]): Promise<Answer>;
  /** The same with arguments of any types, or with another deadline. */
  callWith(options: BackendCallOptions, member: string, ...args: readonly unknown[]): Promise<Answer>;
  /** The value of a property; rejects with the DBusError. */
  get(property: string): Promise<unknown>;
  getAll(): Promise<ReadonlyMap<string, unknown>>;
  /** A Variant is sent as it is, another value with the type of the contract. */
  set(property: string, value: unknown): Promise<Answer>;
  /** Provides what is asked, by the names of the entries; throws when an entry has no answer here. Gives their names. */
  answer(answers: Readonly<Record<string, string>>): Promise<string[]>;
  /** The next StatusChange with this code, behind the last one that was waited for. */
  waitForStatus(minor: StatusMinorName): Promise<WireStatus>;
  /** The codes of all StatusChange signals so far. */
  statuses(): StatusMinorName[];
  /** The backend itself, as the kernel knows it. Throws when it is gone. */
  facts(): ProcessFacts;
  /** The `openvpn` processes of the backend that run now. */
  daemons(): ProcessFacts[];
  /** Sends a signal to the backend process alone. */
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the backend process is gone; who awaits it waits from then on, and not for ever. */
  readonly exited: Promise<void>;
};

export type Introduction = {
  readonly process: BackendProcess;
  readonly sessions: SessionManager;
  readonly log?: LogService;
  readonly version: string | null;
  readonly sessionPath: string;
};

/** Waits for its RegistrationRequest. */
export async function meetBackend(introduction: Introduction): Promise<Backend> {
  const { process: started, sessions, version, sessionPath } = introduction;
  const { processes, token, ...facts } = started;
  const { sender, args } = await requestOf(started, sessions);
  const busName = String(args[0]);
  const pid = Number(/\.be(\d+)$/.exec(busName)?.[1]);
  const own = (signal: RecordedSignal) => signal.sender === sender;
  const signals = sessions.signals.where(own);
  const logged = introduction.log?.signals.where(own) ?? createSignalRecord();
  const call: Backend['call'] = (member, ...values) => sessions.call(busName, member, values);

  return {
    ...facts,
    token,
    busName,
    uniqueName: sender,
    pid,
    sessionPath,
    signals,
    logged,
    get exited() {
      return eventually(`the end of the backend ${pid}`, () => !isRunning(pid)).then(() => {});
    },
    call,
    callWith: (options, member, ...values) => sessions.call(busName, member, values, options),
    confirm: configPath =>
      dialectOf(version ?? undefined) === 'v27'
        ? call('RegistrationConfirmation', token, sessionPath, configPath)
        : call('RegistrationConfirmation', token, configPath),
    async get(property) {
      const [value] = unwrap(await sessions.get(busName, property));
      return value instanceof Variant ? value.value : value;
    },
    async getAll() {
      const [all] = unwrap(await sessions.getAll(busName));
      return new Map([...(all as Map<string, Variant>)].map(([name, { value }]) => [name, value]));
    },
    set: (property, value) =>
      sessions.set(busName, property, value instanceof Variant ? value : propertyVariant(property, value)),
    async answer(answers) {
      const names: string[] = [];
      const [groups] = unwrap(await call('UserInputQueueGetTypeGroup'));
      for (const [type, group] of groups as [number, number][]) {
        const [ids] = unwrap(await call('UserInputQueueCheck', type, group));
        for (const id of ids as number[]) {
          const name = String(unwrap(await call('UserInputQueueFetch', type, group, id))[3]);
          const answer = answers[name];
          if (answer === undefined)
            throw new Error(`the backend asks for '${name}', which has no answer here`);
          unwrap(await call('UserInputProvide', type, group, id, answer));
          names.push(name);
        }
      }
      return names;
    },
    async waitForStatus(minor) {
      const signal = await signals.next('StatusChange', ([, code]) => code === StatusMinor[minor]);
      return signal.args as WireStatus;
    },
    statuses: () =>
      signals.all.filter(({ member }) => member === 'StatusChange').map(signal => minorName(signal.args[1])),
    facts() {
      const found = processes().find(each => each.pid === pid);
      if (found === undefined) throw new Error(`the backend process ${pid} is gone`);
      return found;
    },
    daemons: () => processes().filter(each => /(^|\/)openvpn$/.test(each.commandLine[0] ?? '')),
    kill: signal => void process.kill(pid, signal),
  };
}

/** Waits for the request as long as there is somebody who could send it. */
async function requestOf(started: BackendProcess, sessions: SessionManager): Promise<RecordedSignal> {
  const { token, exitCode, processes, output } = started;
  const requests = sessions.signals.where(({ args }) => args[1] === token);
  const request = requests.next('RegistrationRequest');
  let waiting = true;
  const gone = (async () => {
    while (waiting && processes().length > 0) await sleep(20);
    // What it said last is still on its way.
    await sleep(200);
    if (waiting) throw new Error('it is gone');
    return request;
  })();
  try {
    return await Promise.race([request, gone]);
  } catch (error) {
    request.catch(() => {});
    const printed = output().trim() || 'nothing';
    throw new Error(
      `the backend did not register: its foreground process ended with ${exitCode}; it printed ${printed}`,
      { cause: error },
    );
  } finally {
    waiting = false;
  }
}

function minorName(code: unknown): StatusMinorName {
  const names = Object.keys(StatusMinor) as StatusMinorName[];
  const found = names.find(name => StatusMinor[name] === code);
  if (found === undefined) throw new Error(`a StatusChange has the unknown code ${code}`);
  return found;
}
