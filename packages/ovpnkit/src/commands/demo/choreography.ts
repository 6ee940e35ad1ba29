import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab, LabDaemon } from '@ovpnkit/lab';

export type Choreography = {
  /** Ends it; what is under way then is given up. */
  readonly signal: AbortSignal;
  /** Tells what comes next. */
  say(text: string): void;
};

/** How long a scene is shown. */
const sceneMs = 2000;
/** The server keeps a client that has said farewell for five seconds more. */
const farewellMs = 6000;
/** Between two bursts of pings. */
const breathMs = 400;

/**
 * Lets the three clients of a lab connect, exchange traffic with the server, reconnect and leave, again and again until
 * the signal aborts. Rejects with the first thing that fails. Clients that run already stay.
 */
export async function perform(lab: Lab, { signal, say }: Choreography): Promise<void> {
  const [first, second, third] = lab.clients;
  if (!first || !second || !third) throw new Error('the demo needs a lab with three clients');
  const scene = async (text: string, act: () => unknown, ms = sceneMs): Promise<void> => {
    signal.throwIfAborted();
    say(`demo: ${text}`);
    await act();
    await sleep(ms, undefined, { signal });
  };
  const play = async (): Promise<void> => {
    for (const client of [first, second, third]) {
      await scene(`${client.name} connects`, () => (client.pid === undefined ? client.start() : undefined));
    }
    for (;;) {
      await scene('all clients exchange pings with the server', () => {});
      await scene(`${second.name} reconnects (SIGUSR1)`, () => restart(second));
      await scene(`${third.name} leaves`, () => third.stop(), farewellMs);
      await scene(`${third.name} comes back`, () => third.start());
    }
  };
  try {
    await Promise.all([
      play(),
      ...[first, second, third].map((client, index) => chat(lab, client, index, signal)),
    ]);
  } catch (error) {
    // Daemons that a Ctrl-C has hit as well are no failure of the demo.
    if (!signal.aborted) throw error;
  }
}

function restart({ name, pid }: LabDaemon): void {
  if (pid === undefined) throw new Error(`${name} has ended by itself`);
  process.kill(pid, 'SIGUSR1');
}

/** Bursts of pings of its own size through one client's tunnel, whenever it has one. */
async function chat(lab: Lab, client: LabDaemon, index: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (client.pid !== undefined) await lab.ping(client, 4 * (index + 1), 400 + 300 * index);
    await sleep(breathMs, undefined, { signal });
  }
}
