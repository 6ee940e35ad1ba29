// Starts a backend VPN client process as the starter of OpenVPN 3 does: as the user openvpn, with one capability, and
// without an environment.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runProgram } from '@ovpnkit/lab';
import {
  atEnd,
  isRunning,
  type ProcessFacts,
  processesIn,
  processFacts,
  type User,
} from '@ovpnkit/lab/testing';
import { serviceVariables } from './service-variables.ts';
import type { SystemBus } from './system-bus.ts';

export type BackendProcessOptions = {
  readonly bus: SystemBus;
  /** A network namespace that belongs to this process alone: all of the user's processes there end with the test. */
  readonly namespace: string;
  readonly token: string;
  /** Before the token. */
  readonly args?: readonly string[];
  /** The program, in place of `openvpn3-service-client`; gets the folder of the repository, and Node.js. */
  readonly program?: (root: string, node: string) => readonly string[];
  /** Where it makes its temporary files, in place of where the machine has them. */
  readonly temporary?: string;
  /** False takes CAP_NET_ADMIN away as well. */
  readonly mayConfigureNetwork?: boolean;
};

export type BackendProcess = {
  readonly token: string;
  /** Of the process that was started, which ends when its daemon is on its way; `null` after a signal. */
  readonly exitCode: number | null;
  /** What the program and its daemon have printed so far. */
  readonly output: () => string;
  /** The daemon and its children that run now. */
  processes(): ProcessFacts[];
};

const repository = fileURLToPath(new URL('../../../..', import.meta.url));
const CLIENT = 'packages/openvpn3/dist/openvpn3-service-client';
const foregroundMs = 20_000;
const patienceMs = 1000;

/** Resolves when the process that was started has ended, which leaves its daemon. */
export async function startBackendProcess(
  t: TestContext,
  options: BackendProcessOptions,
): Promise<BackendProcess> {
  const { bus, namespace, token, args = [], temporary, mayConfigureNetwork = true } = options;
  const { user } = bus;
  const place = await placeFor(user);
  const program =
    options.program?.(place.root, place.node) ??
    (place.enter.length === 0
      ? [`${place.root}/${CLIENT}`]
      : [place.node, `${place.root}/packages/openvpn3/bin/openvpn3-service-client.js`]);
  const [head = '', ...rest] = [
    ...place.enter,
    ...['nsenter', `--net=${namespace}`],
    ...become(user, mayConfigureNetwork),
    ...['env', '-i', ...serviceVariables(bus.address)],
    ...(temporary === undefined ? [] : [`TMPDIR=${temporary}`]),
    ...[...program, ...args, token],
  ];
  const processes = () => processesIn(namespace, user.uid).filter(isRunning);
  const child = spawn(head, rest, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  atEnd(t, async () => {
    child.kill('SIGKILL');
    await endAll(processes);
    child.stdout.destroy();
    child.stderr.destroy();
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output = `${output}${chunk}`.slice(-100_000);
    });
  }
  const late = setTimeout(() => child.kill('SIGKILL'), foregroundMs);
  const [exitCode] = await once(child, 'exit');
  clearTimeout(late);
  return {
    token,
    exitCode,
    output: () => output,
    processes: () =>
      processes().flatMap(pid => {
        try {
          return [processFacts(pid)];
        } catch {
          // It ended while it was looked at.
          return [];
        }
      }),
  };
}

const become = ({ uid, gid }: User, mayConfigureNetwork: boolean): string[] => {
  const capabilities = mayConfigureNetwork ? '-all,+net_admin' : '-all';
  return [
    ...['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
    ...[`--inh-caps=${capabilities}`, `--ambient-caps=${capabilities}`, `--bounding-set=${capabilities}`],
  ];
};

/** Where the user finds the repository and Node.js, in a command that is run behind `enter`. */
type Place = { readonly root: string; readonly node: string; readonly enter: readonly string[] };

let place: Promise<Place> | undefined;

/**
 * The repository, or Node.js, may lie in somebody's private folder. Then the process gets them in a mount namespace of
 * its own, below /mnt, as far as a program needs them to run.
 */
export function placeFor(user: User): Promise<Place> {
  place ??= (async () => {
    const { execPath } = process;
    const look = ['sh', '-c', 'test -r "$0" && test -x "$1"', `${repository}package.json`, execPath];
    const { code } = await runProgram([...become(user, false), ...look]);
    if (code === 0) return { root: repository.replace(/\/$/, ''), node: execPath, enter: [] };
    const script = `set -e
mount -t tmpfs -o mode=755 tmpfs /mnt
for name in packages node_modules; do mkdir "/mnt/$name"; mount --bind "$1/$name" "/mnt/$name"; done
touch /mnt/node
mount --bind "$2" /mnt/node
shift 2
exec "$@"`;
    const enter = ['unshare', '--mount', 'sh', '-c', script, 'sh', repository, execPath];
    return { root: '/mnt', node: '/mnt/node', enter };
  })();
  return place;
}

/** First asks them to end, so that they remove what is theirs. */
async function endAll(running: () => number[]): Promise<void> {
  const patience = Date.now() + patienceMs;
  const asked = new Set<number>();
  for (let left = running(); left.length > 0; left = running()) {
    const late = Date.now() > patience;
    for (const pid of left) {
      if (late) send(pid, 'SIGKILL');
      else if (!asked.has(pid)) send(pid, 'SIGTERM');
      asked.add(pid);
    }
    await sleep(10);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
