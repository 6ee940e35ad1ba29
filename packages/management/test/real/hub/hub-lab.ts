// A hub on a real daemon, with a listener for each role, for one test.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { eventually, type Place } from '@ovpnkit/lab/testing';
import { type Hub, type HubEvent, type HubOptions, openHub, type Role, roles } from '@ovpnkit/management/hub';

export type TestHub = {
  readonly hub: Hub;
  readonly events: readonly HubEvent[];
  at(role: Role): Place;
  /** Everything that the daemon has said to the hub, over all connections. */
  readonly said: Buffer;
};

export async function openHubAt(
  t: TestContext,
  daemon: Place,
  options: Partial<Omit<HubOptions, 'listeners'>> = {},
): Promise<TestHub> {
  const directory = await mkdtemp(join(tmpdir(), 'hub-'));
  const said: Uint8Array[] = [];
  const events: HubEvent[] = [];
  const at = (role: Role): Place => ({ socket: join(directory, role) });
  const hub = await openHub({
    whenUndecided: 'wait',
    ...options,
    upstream: {
      path: daemon.socket,
      reconnect: { minDelayMs: 5, maxDelayMs: 50 },
      onBytes: (direction, chunk) => void (direction === 'S' && said.push(chunk)),
      ...options.upstream,
    },
    listeners: roles.map(role => ({ path: at(role).socket, role })),
    onEvent: event => events.push(event),
  });
  t.after(async () => {
    await hub.close();
    await rm(directory, { recursive: true, force: true });
  });
  return {
    hub,
    events,
    at,
    get said() {
      return Buffer.concat(said);
    },
  };
}

/** Resolves with an event of the hub of this type, the first behind `from`. */
export const hubEvent = <T extends HubEvent['type']>({ events }: TestHub, type: T, from = 0) =>
  eventually(`${type} of the hub`, () => events.slice(from).find(event => event.type === type)) as Promise<
    HubEvent & { type: T }
  >;
