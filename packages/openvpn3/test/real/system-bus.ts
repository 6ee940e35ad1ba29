// A system bus of the test's own, with the policy that the services of OpenVPN 3 are installed with.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Bus, connect } from '@ovpnkit/dbus';
import { startSystemBus as runSystemBus } from '@ovpnkit/lab';
import { atEnd, openvpnUser, type User } from '@ovpnkit/lab/testing';
import { privateDirectory } from '@ovpnkit/management/daemon';
import { policiesFor } from '../../src/share/policy.ts';

/** A connection of another user's, which lives in a process of its own. */
export type UserConnection = {
  readonly bus: Bus;
  /** From now on nothing that is sent arrives, in either direction: as if the process were stopped. */
  freeze(): Promise<void>;
  /** Delivers what was held back. */
  thaw(): Promise<void>;
  /** Kills the process: its names are gone. */
  kill(): Promise<void>;
};

export type SystemBus = {
  readonly address: string;
  /** Where it lives, readable for everybody. */
  readonly folder: string;
  /** The user `openvpn`. */
  readonly user: User;
  /** Connects as root, until the test ends. */
  connect(): Promise<Bus>;
  /** Connects as another user, `openvpn` when absent, until the test ends. */
  connectAs(user?: Pick<User, 'uid' | 'gid'>): Promise<UserConnection>;
  /** Ends the daemon. */
  kill(): Promise<void>;
};

export type SystemBusOptions = {
  /** Services that the bus starts when they are called, as root: the bus name, and the command line. */
  readonly activation?: readonly { readonly name: string; readonly exec: string }[];
};

/** For a machine that is busy with other tests. */
const connectTimeoutMs = 30_000;

const relay = fileURLToPath(new URL('bus-relay.ts', import.meta.url));

/** Starts a dbus-daemon as root. It ends with the test, and with this process, whatever ends that. */
export async function startSystemBus(t: TestContext, options: SystemBusOptions = {}): Promise<SystemBus> {
  const user = await openvpnUser();
  // One that was left behind by a process that was killed is removed by the next.
  const folder = privateDirectory('ovpnkit-lab');
  const connections: Bus[] = [];
  const relays: ChildProcess[] = [];
  let daemon: Awaited<ReturnType<typeof runSystemBus>> | undefined;
  atEnd(t, async () => {
    for (const bus of connections) await bus.close();
    await Promise.all([...relays.map(kill), daemon?.close()]);
    await rm(folder, { recursive: true, force: true });
  });
  daemon = await runSystemBus({ directory: folder, policies: policiesFor(user.name), ...options });
  const { address } = daemon;

  async function open(at: string): Promise<Bus> {
    const bus = await connect({ address: at, connectTimeoutMs });
    connections.push(bus);
    return bus;
  }

  async function connectAs({ uid, gid }: Pick<User, 'uid' | 'gid'> = user): Promise<UserConnection> {
    const socket = join(folder, `relay${relays.length}`);
    const child = fork(relay, [join(folder, 'bus'), socket, String(uid), String(gid)], { execArgv: [] });
    relays.push(child);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the process of user ${uid} on the bus ended with ${code}`);
    });
    ended.catch(() => {});
    const answer = () => Promise.race([once(child, 'message'), ended]);
    const tell = async (word: 'freeze' | 'thaw') => {
      child.send(word);
      await answer();
    };
    await answer();
    return {
      bus: await open(`unix:path=${socket}`),
      freeze: () => tell('freeze'),
      thaw: () => tell('thaw'),
      kill: () => kill(child),
    };
  }

  const running = daemon;
  return { address, folder, user, connect: () => open(address), connectAs, kill: () => running.close() };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
