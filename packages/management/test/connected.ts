import type { TestContext } from 'node:test';
// Not the global ones, which a test may stop.
import { clearTimeout, setTimeout } from 'node:timers';
import { type ConnectOptions, connect, type ManagementClient } from '../src/index.ts';
import { type FakeDaemon, type FakeDaemonOptions, fakeDaemon, type Script } from '../src/testing/index.ts';

/** A fake daemon that is closed after the test, also when the test fails; a failed script fails the test. */
export async function daemonFor(
  t: TestContext,
  script: Script,
  options?: FakeDaemonOptions,
): Promise<FakeDaemon> {
  const daemon = await fakeDaemon(script, options);
  t.after(() => daemon.close());
  return daemon;
}

/** Options of `connect` without the place to connect to. */
export type Options = Omit<ConnectOptions, 'path' | 'host' | 'port' | 'listen'>;

const patienceMs = 120_000;

/** A client of that daemon, closed after the test, and long before the test would wait for an event in vain for ever. */
export async function clientOf(
  t: TestContext,
  daemon: FakeDaemon,
  options: Options = {},
): Promise<ManagementClient> {
  const client = await connect({ ...daemon.endpoint, ...options });
  const late = setTimeout(() => client.close(), patienceMs);
  t.after(() => {
    clearTimeout(late);
    return client.close();
  });
  return client;
}

/** A client that is connected to a fake daemon. The script runs once the daemon has greeted. */
export async function connected(
  t: TestContext,
  script: Script = daemon => daemon.silence(),
  options: Options & { management?: number } = {},
): Promise<ManagementClient> {
  const { management, ...rest } = options;
  const daemon = await daemonFor(t, (session, connection) => {
    session.greet(management);
    return script(session, connection);
  });
  return clientOf(t, daemon, rest);
}

/** Whether an error is a ConnectionError with this reason, for `assert.rejects`. */
export const because =
  (reason: string) =>
  (error: unknown): boolean =>
    error instanceof Error &&
    error.name === 'ConnectionError' &&
    'reason' in error &&
    error.reason === reason;

/** Reads so many events, or all up to the end. */
export async function take<T>(events: AsyncIterable<T>, count = Number.POSITIVE_INFINITY): Promise<T[]> {
  const taken: T[] = [];
  if (count > 0)
    for await (const event of events) {
      taken.push(event);
      if (taken.length >= count) break;
    }
  return taken;
}
