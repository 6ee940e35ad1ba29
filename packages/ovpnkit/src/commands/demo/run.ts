import { createLab, type Lab } from '@ovpnkit/lab';
import { connect, type ManagementClient } from '@ovpnkit/management';
import { openHub } from '@ovpnkit/management/hub';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { limitTime } from '../../cli/time-limit.ts';
import { daemonSource } from '../../watch/daemon-source.ts';
import { startWatch, type Watch } from '../../watch/watch.ts';
import { acquireLabPrivilege } from '../lab/lab-privilege.ts';
import { perform } from './choreography.ts';
import { judge } from './verdict.ts';

type RunDemoOptions = { readonly openvpn: string | undefined; readonly seconds: number | undefined };

const intervalMs = 1000;

/** `ovpnkit demo`. Ctrl-C is one of its normal ends: what was seen until then decides. */
export async function runDemo(context: Context, { openvpn, seconds }: RunDemoOptions): Promise<Outcome> {
  const { print, signal } = context;
  let watch: Watch | undefined;
  let failure: unknown;
  try {
    acquireLabPrivilege(openvpn);
    const title =
      'demo: an OpenVPN server and three clients, each in a network of its own, connect, exchange pings, reconnect and leave';
    print(title);
    const lab = await createLab({ clients: 3, openvpn, startClients: false, signal });
    try {
      const path = `${lab.directory}/hub.sock`;
      const hub = await openHub({
        upstream: { path: lab.server.socket, signal },
        listeners: [{ path, role: 'admin' }],
      });
      const advice = 'demo: in a second terminal try any command (or nc -U):';
      const command = `npx ovpnkit --management unix:${path} status`;
      print(`${advice} ${command}`);
      const client = await connect({ path, reconnect: true, signal });
      // A command on a line of its own can be copied.
      await show(lab, client, limitTime(signal, seconds), [title, `${advice}\n${command}`], started => {
        watch = started;
      });
      await hub.close();
    } finally {
      await lab.close();
    }
  } catch (error) {
    // What fails after a Ctrl-C fails because of it.
    if (!signal.aborted) failure = error;
  }
  const { line, outcome } = judge(watch?.model.seen, failure);
  print(line);
  if (outcome !== 'ok') signal.throwIfAborted();
  return outcome;
}

/** Watches the server of the lab while its clients play, until the signal aborts or the user quits. */
async function show(
  lab: Lab,
  client: ManagementClient,
  signal: AbortSignal,
  notes: readonly string[],
  onStart: (watch: Watch) => void,
): Promise<void> {
  const end = new AbortController();
  const either = AbortSignal.any([signal, end.signal]);
  const watch = startWatch(
    daemonSource(async () => client),
    {
      address: `unix:${client.address}`,
      ...{ intervalMs, notes, signal: either },
      ...{ input: process.stdin, output: process.stdout },
    },
  );
  onStart(watch);
  const play = perform(lab, { signal: either, say: watch.remark });
  try {
    await Promise.race([watch.ended, play]);
  } finally {
    end.abort();
    await Promise.allSettled([watch.ended, play]);
    await client.close();
  }
}
