import { chmodSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '@ovpnkit/dbus';
import { createLab, type Lab, type LabDaemon } from '@ovpnkit/lab';
import { Secret } from '@ovpnkit/management';
import { configurations, errorText, inlineFiles, type Session, sessions } from '@ovpnkit/openvpn3';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { startPrivateStack } from '../../openvpn3/stack/private-stack.ts';
import { printable } from '../../output/printable.ts';
import { acquireLabPrivilege } from '../lab/lab-privilege.ts';
import { account, checkPasswords } from './password-server.ts';

const PINGS = 5;
const TUN = '/dev/net/tun';
const STEP_MS = 15_000;

/** What was really seen. */
type Seen = { statuses: string[]; pings: number; statistics: ReadonlyMap<string, bigint> };

/** `npm start -- --client`: OpenVPN 3 on a bus of its own, from a profile to a tunnel and back. */
export async function runClientDemo(
  { print, signal }: Context,
  { openvpn }: { readonly openvpn: string | undefined },
): Promise<Outcome> {
  const seen: Seen = { statuses: [], pings: 0, statistics: new Map() };
  const counts = () =>
    `statuses=${seen.statuses.length} pings=${seen.pings}/${PINGS} bytes_in=${seen.statistics.get('BYTES_IN') ?? 0n}`;
  try {
    if (process.getuid?.() !== 0)
      throw new Error('the services run as a user of their own, which only root can start; use sudo');
    acquireLabPrivilege(openvpn);
    await play(print, signal, seen, openvpn);
    print(`demo: ok ${counts()}`);
    return 'ok';
  } catch (error) {
    const text = errorText(error instanceof Error ? error.message : String(error));
    print(`demo: failed ${counts()}: ${printable(text)}`);
    signal.throwIfAborted();
    return 'failed';
  }
}

async function play(
  print: Context['print'],
  signal: AbortSignal,
  seen: Seen,
  openvpn: string | undefined,
): Promise<void> {
  print(
    'demo: an OpenVPN server that asks for a password, and the services of OpenVPN 3 on a system bus of their own',
  );
  await using lab = await createLab({
    clientNames: ['laptop'],
    openvpn,
    startClients: false,
    server: ['management-client-auth', 'auth-user-pass-optional'],
    signal,
  });
  await using _ = await checkPasswords(lab.server.socket);
  const [laptop] = lab.clients;
  if (!laptop) throw new Error('the lab has no client');
  using _tun = openTunDevice();
  await using stack = await startPrivateStack({ namespace: laptop.namespace, openvpn });
  await tunnel(stack.bus, lab, laptop, print, seen);
}

/** Everybody may open the device, as distributions have it; afterwards it is as it was. */
function openTunDevice(): Disposable {
  const mode = statSync(TUN).mode & 0o777;
  if (mode !== 0o666) chmodSync(TUN, 0o666);
  return {
    [Symbol.dispose]() {
      if (mode !== 0o666) chmodSync(TUN, mode);
    },
  };
}

async function tunnel(
  bus: Bus,
  lab: Lab,
  laptop: LabDaemon,
  print: Context['print'],
  seen: Seen,
): Promise<void> {
  const lines = readFileSync(laptop.configPath, 'utf8').split('\n');
  const text = [...lines.filter(line => !line.startsWith('management ')), 'auth-user-pass'].join('\n');
  const profile = await inlineFiles(text, async name => readFileSync(name));
  const configuration = await configurations(bus).import('laptop', profile, { singleUse: true });
  print(`demo: imported a profile as ${configuration.path}`);
  await using session = await sessions(bus).start(configuration);
  print(`demo: ${session.path} is its session`);
  const status = follow(session, print, seen);
  for (const { name, description, hidden } of await session.needs())
    print(`demo: asked for '${description}' (${name}${hidden ? ', hidden' : ''})`);
  await session.answer({ username: account.username, password: new Secret(account.password) });
  await session.connect();
  await status.reaches('CONN_CONNECTED');
  print(`demo: the tunnel is ${await session.get('device_name')}`);
  seen.pings = await lab.ping(laptop, PINGS);
  print(`demo: ${seen.pings} of ${PINGS} pings were answered through it`);
  await session.pause('a break');
  await status.reaches('CONN_PAUSED');
  await session.resume();
  await status.reaches('CONN_CONNECTED');
  seen.statistics = await session.statistics();
  for (const [name, value] of seen.statistics) print(`demo:   ${name} ${value}`);
  await session.disconnect();
  await status.ends();
  if (seen.pings === 0) throw new Error('no ping was answered through the tunnel');
}

/** Prints each status, and waits for some: each time for one behind those that were waited for. */
function follow(session: Session, print: Context['print'], seen: Seen) {
  let looked = 0;
  let changed = Promise.withResolvers<void>();
  const over = (async () => {
    for await (const { minor, message } of session.statusChanges) {
      seen.statuses.push(minor);
      print(`demo: ${minor}${message === '' ? '' : ` ${printable(message)}`}`);
      changed.resolve();
      changed = Promise.withResolvers();
    }
  })();
  over.catch(() => {});

  async function reach(minor: string): Promise<void> {
    for (;;) {
      const found = seen.statuses.indexOf(minor, looked);
      if (found >= 0) {
        looked = found + 1;
        return;
      }
      await changed.promise;
    }
  }

  async function within(what: string, event: Promise<void>): Promise<void> {
    const late = new AbortController();
    const deadline = sleep(STEP_MS, undefined, { signal: late.signal }).then(() => {
      throw new Error(`the session did not reach ${what}; the last status is ${seen.statuses.at(-1)}`);
    });
    await Promise.race([event, deadline]).finally(() => late.abort());
  }

  return {
    reaches: (minor: string) => within(minor, reach(minor)),
    ends: () => within('its end', over),
  };
}
