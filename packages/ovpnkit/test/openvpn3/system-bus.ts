// A system bus of the test's own, with the policy that the services of OpenVPN 3 are installed with.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Bus, connect } from '@ovpnkit/dbus';
import { policyFor, policyServices } from '@ovpnkit/openvpn3';
import { createLabDirectory } from '../../src/lab/lab-directory.ts';
import { spawnTied } from '../../src/lab/tied-process.ts';
import { atEnd } from './at-end.ts';
import { openvpnUser, type User } from './openvpn-user.ts';

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

/** As distributions have it, and what systemd-resolved adds to it. */
const configuration = (
  folder: string,
) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=${folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>${folder}/services</servicedir>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Introspectable"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Properties"/>
    <allow send_destination="org.freedesktop.resolve1"/>
  </policy>
  <policy user="root">
    <allow own="org.freedesktop.resolve1"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Monitoring"/>
  </policy>
  <includedir>${folder}/policies</includedir>
</busconfig>
`;

const relay = fileURLToPath(new URL('bus-relay.ts', import.meta.url));

/** Starts a dbus-daemon as root. It ends with the test, and with this process, whatever ends that. */
export async function startSystemBus(t: TestContext, options: SystemBusOptions = {}): Promise<SystemBus> {
  const user = await openvpnUser();
  // One that was left behind by a process that was killed is removed by the next.
  const folder = createLabDirectory();
  const connections: Bus[] = [];
  const relays: ChildProcess[] = [];
  let daemon: ChildProcess | undefined;
  atEnd(t, async () => {
    for (const bus of connections) await bus.close();
    await Promise.all([...relays, ...(daemon ? [daemon] : [])].map(kill));
    await rm(folder, { recursive: true, force: true });
  });
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'bus.conf'), configuration(folder));
  for (const name of ['policies', 'services']) await mkdir(join(folder, name));
  for (const service of policyServices) {
    await writeFile(join(folder, 'policies', `${service}.conf`), policyFor(service, user.name));
  }
  for (const { name, exec } of options.activation ?? []) {
    const lines = ['[D-BUS Service]', `Name=${name}`, 'User=root', `Exec=${exec}`, ''];
    await writeFile(join(folder, 'services', `${name}.service`), lines.join('\n'));
  }

  daemon = spawnTied(
    ['dbus-daemon', `--config-file=${folder}/bus.conf`, '--nofork', '--nopidfile', '--print-address'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  if (!daemon.stdout || !daemon.stderr) throw new Error('dbus-daemon has no output');
  let complaints = '';
  daemon.stderr.on('data', chunk => {
    complaints = `${complaints}${chunk}`.slice(-2000);
  });
  // It prints its address when it listens.
  const listening = once(createInterface(daemon.stdout), 'line').then(() => 'listening');
  const outcome = await Promise.race([
    listening,
    once(daemon, 'exit').then(([code]) => `ended with ${code}`),
  ]);
  if (outcome !== 'listening') throw new Error(`dbus-daemon ${outcome}: ${complaints.trim()}`);
  const address = `unix:path=${folder}/bus`;

  async function open(at: string): Promise<Bus> {
    const bus = await connect({ address: at });
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
  return { address, folder, user, connect: () => open(address), connectAs, kill: () => kill(running) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
