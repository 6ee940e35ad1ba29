import { type Bus, connect } from '@ovpnkit/dbus';
import { configurations, LOG, SESSIONS, StatusMinor, sessions } from '@ovpnkit/openvpn3';
import { median, quantile, type Samples } from '../../../bench/harness.ts';
import type { Row } from '../../../bench/table.ts';
import { whenConnected, withStack } from './stack-bed.ts';

const SUBSCRIBERS = 20;
const ROUNDS = 20;

/** How long it takes until all who asked for the log of a session know that it pauses, and how long for the first. */
export async function stackForward(): Promise<Row[]> {
  const samples = await withStack(1, async ({ bus, address, profiles: [profile = ''] }) => {
    const session = await sessions(bus).start(await configurations(bus).import('bench', profile));
    const connected = whenConnected(session);
    await session.connect();
    await connected;
    const subscribers: Bus[] = [];
    let heard: number[] = [];
    let waiting: { readonly minor: number; readonly resolve: () => void } | undefined;
    for (let index = 0; index < SUBSCRIBERS; index++) {
      const subscriber = await connect({ address });
      subscribers.push(subscriber);
      await subscriber.subscribe({ sender: LOG, member: 'StatusChange' }, ({ body }) => {
        if (body[1] !== waiting?.minor) return;
        if (heard.push(performance.now()) === SUBSCRIBERS) waiting?.resolve();
      });
      const call = { destination: SESSIONS, path: session.path, interface: SESSIONS, member: 'LogForward' };
      await subscriber.call({ ...call, signature: 'b', body: [true] });
    }
    const all = (minor: number): Promise<void> => {
      heard = [];
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting = { minor, resolve };
      return promise;
    };
    const [first, last]: [number[], number[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round++) {
      const told = all(StatusMinor.CONN_PAUSED);
      const begun = performance.now();
      await session.pause('bench');
      await told;
      if (round > 0) {
        first.push((heard[0] ?? 0) - begun);
        last.push((heard.at(-1) ?? 0) - begun);
      }
      const again = all(StatusMinor.CONN_CONNECTED);
      await session.resume();
      await again;
    }
    await Promise.all(subscribers.map(subscriber => subscriber.close()));
    await session.disconnect();
    return { first, last };
  });
  return [
    {
      figure: `Pause to CONN_PAUSED at the last of ${SUBSCRIBERS} subscribers`,
      measured: milliseconds(samples.last),
      baseline: `at the first: ${milliseconds(samples.first)}`,
      ratios: samples.last.map((ms, round) => ms / (samples.first[round] ?? ms)),
    },
  ];
}

const milliseconds = (samples: Samples): string =>
  `${median(samples).toFixed(1)} ms (p90 ${quantile(samples, 0.9).toFixed(1)})`;
