// A bus of its own with the services that a backend needs, all in this process, and as the user who runs it: so what is
// measured is the backend, and not how a test becomes other users.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Bus, connect, defineInterface, implement, type ReceivedSignal, serve } from '@ovpnkit/dbus';
import { spawnTied } from '@ovpnkit/lab';
import {
  BACKEND_SESSION_PATH,
  BACKENDS,
  CONFIGURATION,
  CONFIGURATION_PATH,
  LOG,
  LOG_PATH,
  SESSIONS,
  SESSIONS_PATH,
  StatusMinor,
  type StatusMinorName,
} from '@ovpnkit/openvpn3';

/** A backend that has registered. */
export type BenchedBackend = {
  readonly pid: number;
  /** From the start of the program to its RegistrationRequest, in milliseconds. */
  readonly startMs: number;
  call(member: string, signature?: string, body?: readonly unknown[]): Promise<void>;
  /** Hands it a profile. */
  confirm(profile: string): Promise<void>;
  /** Resolves with the time of the next StatusChange with this code, as `performance.now()` has it. */
  status(minor: StatusMinorName): Promise<number>;
  /** Disconnects it, and resolves when it is off the bus. */
  end(): Promise<void>;
};

export type StartOptions = {
  /** The program as it is installed, when absent. */
  readonly command?: readonly string[];
  /** A network namespace to run in. */
  readonly namespace?: string;
};

export type Bed = {
  /** The session manager's connection. */
  readonly bus: Bus;
  readonly address: string;
  start(options?: StartOptions): Promise<BenchedBackend>;
};

const client = fileURLToPath(new URL('../dist/openvpn3-service-client', import.meta.url));

const DEADLINE_MS = 30_000;

const Sessions = defineInterface({ name: SESSIONS, properties: { version: { type: 's', access: 'read' } } });
const Log = defineInterface({
  name: LOG,
  methods: { Attach: { in: ['s interface'] }, AssignSession: { in: ['o session_path', 's interface'] } },
});
const Configuration = defineInterface({
  name: CONFIGURATION,
  methods: { Fetch: { out: ['s config'] } },
  properties: {
    name: { type: 's', access: 'read' },
    dco: { type: 'b', access: 'read' },
    overrides: { type: 'a{sv}', access: 'read' },
  },
});

/** Everything ends with `work`, also when it fails; backends end when their bus does. */
export async function withBed<T>(work: (bed: Bed) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'ovpnkit-bench-'));
  let daemon: ChildProcess | undefined;
  try {
    daemon = startBus(folder);
    if (daemon.stdout) await once(createInterface(daemon.stdout), 'line');
    return await work(await createBed(`unix:path=${join(folder, 'bus')}`));
  } finally {
    daemon?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function startBus(folder: string): ChildProcess {
  const config = join(folder, 'bus.conf');
  writeFileSync(
    config,
    `<busconfig><type>session</type><listen>unix:path=${join(folder, 'bus')}</listen><auth>EXTERNAL</auth>
    <policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>`,
  );
  return spawnTied(['dbus-daemon', `--config-file=${config}`, '--nofork', '--nopidfile', '--print-address'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function createBed(address: string): Promise<Bed> {
  const profiles = new Map<string, string>();
  const services = await connect({ address, onError: () => {} });
  const server = await serve(services, { authorize: () => true });
  server.export(LOG_PATH, implement(Log, { methods: { Attach: () => {}, AssignSession: () => {} } }));
  for (const name of [LOG, CONFIGURATION]) await services.requestName(name);

  const bus = await connect({ address });
  const sessions = await serve(bus, { authorize: () => true });
  sessions.export(SESSIONS_PATH, implement(Sessions, { properties: { version: { get: () => 'v27' } } }));
  await bus.requestName(SESSIONS);

  const listeners = new Set<(signal: ReceivedSignal) => void>();
  await bus.subscribe({}, signal => {
    for (const listener of listeners) listener(signal);
  });

  function next(member: string, test: (signal: ReceivedSignal) => boolean): Promise<ReceivedSignal> {
    const { promise, resolve, reject } = Promise.withResolvers<ReceivedSignal>();
    const late = setTimeout(() => reject(new Error(`no ${member} in time`)), DEADLINE_MS);
    const listener = (signal: ReceivedSignal) => {
      if (signal.member === member && test(signal)) resolve(signal);
    };
    listeners.add(listener);
    return promise.finally(() => {
      clearTimeout(late);
      listeners.delete(listener);
    });
  }

  function register(profile: string): string {
    const path = `${CONFIGURATION_PATH}/profile${profiles.size}`;
    profiles.set(path, profile);
    const properties = {
      name: { get: () => 'bench' },
      dco: { get: () => false },
      overrides: { get: () => new Map() },
    };
    server.export(path, implement(Configuration, { methods: { Fetch: () => profile }, properties }));
    return path;
  }

  async function start({ command = [client], namespace }: StartOptions = {}): Promise<BenchedBackend> {
    const token = randomUUID();
    const request = next('RegistrationRequest', ({ body }) => body[1] === token);
    const enter = namespace === undefined ? [] : ['nsenter', `--net=${namespace}`];
    const [program = '', ...args] = [...enter, ...command, token];
    const started = performance.now();
    spawn(program, args, {
      env: { DBUS_SYSTEM_BUS_ADDRESS: address },
      stdio: ['ignore', 'ignore', 'inherit'],
      cwd: '/',
    });
    const { body, sender } = await request;
    const startMs = performance.now() - started;
    const to = { destination: String(body[0]), path: BACKEND_SESSION_PATH, interface: BACKENDS };

    const call = async (member: string, signature = '', args: readonly unknown[] = []): Promise<void> => {
      await bus.call({ ...to, member, signature, body: args });
    };
    return {
      pid: Number(body[2]),
      startMs,
      call,
      confirm: profile =>
        call('RegistrationConfirmation', 'soo', [token, `${SESSIONS_PATH}/bench`, register(profile)]),
      async status(minor) {
        const code = StatusMinor[minor];
        await next('StatusChange', signal => signal.sender === sender && signal.body[1] === code);
        return performance.now();
      },
      async end() {
        const gone = Promise.withResolvers<void>();
        const watch = await bus.watchName(sender ?? '', owner => owner ?? gone.resolve());
        // Its answer may get lost when the bus is busy; that it is gone does not.
        bus.send({ ...to, member: 'Disconnect', signature: '', body: [] });
        await gone.promise;
        await watch.close();
      },
    };
  }
  return { bus, address, start };
}
