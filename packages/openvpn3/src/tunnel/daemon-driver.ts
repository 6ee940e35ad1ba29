import { type Environment, type Event, type ManagementClient, redactLog } from '@ovpnkit/management';
import { answerDaemon } from './answer-daemon.ts';
import { counterOfLog } from './counter-of-log.ts';
import { type Daemon, type DaemonFailure, startDaemon } from './daemon.ts';
import { daemonInput } from './daemon-input.ts';
import { connectionSummary, type Device, deviceOf, type Endpoint, endpointOf } from './endpoint.ts';
import { explainEnd, explainFatal, failureCause } from './failure-cause.ts';
import { createKeyWatch } from './key-watch.ts';
import { logCategory } from './log-category.ts';
import type { DaemonEffect } from './machine/effect.ts';
import type { Input } from './machine/input.ts';
import type { State } from './machine/state.ts';
import { answerTo } from './machine/user-input-queue.ts';
import type { Meter } from './meter.ts';
import { choosePkcs11Identity } from './pkcs11-identity.ts';
import type { TunnelHost } from './tunnel-host.ts';

/** Carries out what the machine wants of the daemon, and tells it what the daemon does. */
export type DaemonDriver = {
  perform(effect: DaemonEffect): void;
  readonly client: ManagementClient | undefined;
  readonly endpoint: Endpoint | undefined;
  readonly device: Device | undefined;
  readonly offloaded: boolean;
};

export type DaemonDriverOptions = {
  readonly host: TunnelHost;
  /** The openvpn program, when the administrator named one. */
  readonly program: string | undefined;
  /** What a daemon that is started now is configured with. */
  readonly configuration: (managementSocket: string) => string;
  readonly meter: Meter;
  readonly input: (input: Input) => void;
  readonly state: () => State;
};

/** Routes may take their time. */
const ANNOUNCE_MS = 100;

export function createDaemonDriver(options: DaemonDriverOptions): DaemonDriver {
  const { host, program, configuration, meter, input } = options;
  let daemon: Daemon | undefined;
  let starting = new AbortController();
  let waiting: NodeJS.Timeout | undefined;
  let announcing: NodeJS.Timeout | undefined;
  let device: Device | undefined;
  let env: Environment = new Map();
  let endpoint: Endpoint | undefined;
  let offloaded = false;
  /** Why this attempt is of no use, and what the daemon said before it ended. */
  let cause: string | undefined;
  let fatal: string | undefined;
  const keyFailure = createKeyWatch();

  /** A daemon that does not take a command is of no use: it is ended, and its end is dealt with. */
  function command(send: (client: ManagementClient) => Promise<void>): void {
    const target = daemon;
    target &&
      send(target.client).catch((error: Error) => {
        if (daemon !== target || !target.client.connected) return;
        fatal = `The OpenVPN daemon did not take a command: ${error.message}`;
        host.log('ERROR', fatal);
        target.stop();
      });
  }

  /** A daemon that asks for a password ignores the signal. It is ended, and another takes its place. */
  function restart(): void {
    const target = daemon;
    target?.client.signal('SIGUSR1').catch(() => target.stop());
  }

  async function start(): Promise<void> {
    starting = new AbortController();
    [fatal, cause, offloaded] = [undefined, undefined, false];
    meter.daemonStarted();
    const { signal } = starting;
    const proxyRefused = (): void => input({ type: 'password-refused', name: 'HTTP Proxy' });
    const started = await startDaemon({ program, configuration, signal, proxyRefused }).catch(unavailable);
    if ('failure' in started) {
      const refused = started.failure === 'configuration';
      if (!refused && !starting.signal.aborted) host.log('ERROR', started.text);
      input({ type: refused ? 'configuration-refused' : 'unavailable', text: started.text });
      return;
    }
    daemon = started;
    void started.exited.then(ended);
    if (starting.signal.aborted) started.stop();
    void listen(started);
  }

  /** Ends with the connection. The daemon ends then too, of which its exit tells; one that hangs is made to. */
  async function listen({ client, stop }: Daemon): Promise<void> {
    try {
      for await (const event of client.events()) onEvent(event);
    } catch {}
    stop();
  }

  function ended(how: string): void {
    daemon = undefined;
    clearTimeout(waiting);
    lowerDevice();
    endpoint = undefined;
    input({ type: 'exited', text: fatal ?? `The OpenVPN daemon ${how}` });
  }

  /** Once for each device, and not before it is told that the tunnel is connected, unless that takes long. */
  function announceDevice(): void {
    if (announcing === undefined || !device) return;
    clearTimeout(announcing);
    announcing = undefined;
    host.deviceUp(device, env);
  }

  function lowerDevice(): void {
    const isKnown = announcing === undefined;
    clearTimeout(announcing);
    announcing = undefined;
    if (device && isKnown) host.deviceDown(device);
    device = undefined;
  }

  function onEvent(event: Event): void {
    meter.note(event);
    switch (event.type) {
      case 'LOG':
        onLog(event);
        return;
      case 'FATAL':
        onFatal(redactLog(event.text));
        return;
      case 'UPDOWN':
        onDevice(event.direction, event.env);
        return;
      case 'NEED-STR':
        if (event.name === 'pkcs11-id-request') command(identify);
        return;
      case 'STATE':
        if (event.name === 'CONNECTED') onConnected(event);
        if (event.name === 'RECONNECTING' && !options.state().paused) endpoint = undefined;
        if (event.name === 'CONNECTING') cause = undefined;
        if (event.name === 'EXITING') fatal ??= explainEnd(event.description);
        break;
      default:
    }
    const next = keyFailure(event) ?? daemonInput(event, cause);
    if (next) input(next);
  }

  function onFatal(text: string): void {
    fatal ??= explainFatal(text);
    host.log(isLeaving() ? 'DEBUG' : 'FATAL', text);
  }

  /** Whether we want the end of the daemon, or at least of what it does. */
  const isLeaving = (): boolean => ['returning', 'ending'].includes(options.state().daemon);

  function onLog({ text, severity }: Extract<Event, { type: 'LOG' }>): void {
    const counter = counterOfLog(text);
    if (counter !== undefined) {
      meter.count(counter);
      cause ??= failureCause(counter);
    }
    if (text.startsWith('DCO device ') && text.includes(' opened')) offloaded = true;
    host.log(logCategory(severity), `[Core] ${redactLog(text)}`);
  }

  async function identify(client: ManagementClient): Promise<void> {
    const problem = await choosePkcs11Identity(client);
    if (problem !== undefined) fatal = problem;
  }

  /** The user has no token. A daemon that is told so only asks again. */
  function giveUp(): void {
    fatal = 'The PKCS#11 token was not inserted; insert it and connect again';
    command(client => client.signal('SIGTERM'));
  }

  function onDevice(direction: 'UP' | 'DOWN', environment: Environment): void {
    if (direction === 'DOWN') {
      lowerDevice();
      return;
    }
    env = environment;
    device = deviceOf(env);
    announcing = setTimeout(announceDevice, ANNOUNCE_MS);
  }

  function onConnected(event: Extract<Event, { type: 'STATE' }>): void {
    endpoint = endpointOf(event, env);
    if (event.description !== 'SUCCESS')
      host.log('WARN', `The tunnel is up with errors: ${event.description}`);
    const user = answerTo(options.state().queue, 'username')?.reveal();
    const summary = connectionSummary(endpoint, device ?? deviceOf(env), user);
    input({ type: 'connected', name: endpoint.host, summary });
    setImmediate(announceDevice);
  }

  return {
    perform(effect) {
      switch (effect.type) {
        case 'start-daemon':
          void start();
          break;
        case 'release':
          clearTimeout(waiting);
          if (effect.afterMs > 0) waiting = setTimeout(input, effect.afterMs, { type: 'release-due' });
          else command(client => client.hold('release'));
          break;
        case 'restart-daemon':
          meter.readDevice();
          restart();
          break;
        case 'stop-daemon':
          clearTimeout(waiting);
          starting.abort();
          daemon?.stop();
          break;
        case 'answer':
          if (effect.answer.type === 'confirmation' && effect.answer.answer === 'cancel') giveUp();
          else command(client => answerDaemon(client, effect.answer));
      }
    },
    get client() {
      return daemon?.client;
    },
    get endpoint() {
      return endpoint;
    },
    get device() {
      return device;
    },
    get offloaded() {
      return offloaded;
    },
  };
}

/** Such as a temporary folder that is full. */
const unavailable = (error: Error): DaemonFailure => ({
  failure: 'unavailable',
  text: `No OpenVPN daemon could be started: ${error.message}`,
});
