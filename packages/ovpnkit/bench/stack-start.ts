import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, connect } from '@ovpnkit/dbus';
import { type Configuration, configurations, SESSIONS, type Session, sessions } from '@ovpnkit/openvpn3';
import { median, quantile, type Samples } from '../../../bench/harness.ts';
import type { Row } from '../../../bench/table.ts';
import { whenConnected, withStack } from './stack-bed.ts';

const ROUNDS = 8;
/** A starter has another backend ready by then. */
const UNTIL_READY_MS = 3000;

/** From NewTunnel, in milliseconds. */
type Start = {
  /** The backend has its name on the bus. */
  readonly named: number;
  /** Programs hear of the session. */
  readonly created: number;
  /** The reply. */
  readonly replied: number;
  /** The tunnel is there: Connect follows at the reply. */
  readonly connected: number;
};

/** A session from NewTunnel to its tunnel, with the backend that was kept ready, and right behind it without one. */
export async function stackStart(): Promise<Row[]> {
  const [warm, cold]: [Start[], Start[]] = [[], []];
  await withStack(2, async ({ bus, address, profiles }) => {
    const watcher = await connect({ address });
    const [first, second] = await Promise.all(
      profiles.map(profile => configurations(bus).import('bench', profile)),
    );
    if (first === undefined || second === undefined) throw new Error('there are not two profiles');
    for (let round = 0; round <= ROUNDS; round++) {
      await sleep(UNTIL_READY_MS);
      const ready = await start(bus, watcher, first);
      const late = await start(bus, watcher, second);
      if (round > 0) {
        warm.push(ready.times);
        cold.push(late.times);
      }
      await Promise.all([ready, late].map(({ session }) => session.disconnect()));
    }
    await watcher.close();
  });
  const row = (figure: string, time: keyof Start, deployed?: string): Row => ({
    figure,
    measured: `${milliseconds(warm.map(each => each[time]))}; no backend ready: ${milliseconds(cold.map(each => each[time]))}`,
    baseline: deployed === undefined ? '' : `the deployed program: ${deployed}`,
  });
  return [
    row('NewTunnel to the name of the backend', 'named', '179 ms'),
    row('NewTunnel to the session on the bus', 'created', '322 to 481 ms'),
    row('NewTunnel to its reply', 'replied', '0.8 to 1.0 s'),
    row('NewTunnel to CONN_CONNECTED', 'connected'),
  ];
}

async function start(
  bus: Bus,
  watcher: Bus,
  configuration: Configuration,
): Promise<{ readonly session: Session; readonly times: Start }> {
  const named = Promise.withResolvers<number>();
  const created = Promise.withResolvers<number>();
  const rules = [
    await watcher.subscribe({ sender: 'org.freedesktop.DBus', member: 'NameOwnerChanged' }, ({ body }) => {
      if (/\.backends\.be\d+$/.test(String(body[0])) && body[2] !== '') named.resolve(performance.now());
    }),
    await watcher.subscribe({ sender: SESSIONS, member: 'SessionManagerEvent' }, ({ body }) => {
      if (body[1] === 1) created.resolve(performance.now());
    }),
  ];
  const begun = performance.now();
  const session = await sessions(bus).start(configuration);
  const replied = performance.now();
  const connected = whenConnected(session);
  await session.connect();
  const times = {
    named: (await named.promise) - begun,
    created: (await created.promise) - begun,
    replied: replied - begun,
    connected: (await connected) - begun,
  };
  await Promise.all(rules.map(rule => rule.close()));
  return { session, times };
}

const milliseconds = (samples: Samples): string =>
  `${median(samples).toFixed(0)} ms (p90 ${quantile(samples, 0.9).toFixed(0)})`;
