import type { Bus } from '@ovpnkit/dbus';
import { alternate, median, quantile, ratios, type Samples } from '../../../bench/harness.ts';
import type { Row } from '../../../bench/table.ts';
import { withBed } from './bed.ts';

const CALLS = 2000;

/** Round trips of Ping, which passes the access check each time, against GetId of the bus daemon from the same client. */
export async function ping(): Promise<Row[]> {
  const samples = await withBed(async bed => {
    const backend = await bed.start();
    const rounds = await alternate(9, {
      ping: () => latencies(() => backend.call('Ping')),
      getId: () => latencies(() => getId(bed.bus)),
    });
    await backend.end();
    return rounds;
  });
  return [compare(0.5, samples.ping, samples.getId), compare(0.99, samples.ping, samples.getId)];
}

function getId(bus: Bus) {
  const name = 'org.freedesktop.DBus';
  const call = { destination: name, path: '/org/freedesktop/DBus', interface: name, member: 'GetId' };
  return bus.call({ ...call, signature: '', body: [] });
}

async function latencies(call: () => Promise<unknown>): Promise<Samples> {
  const samples: number[] = [];
  for (let index = 0; index < CALLS; index++) {
    const started = performance.now();
    await call();
    samples.push(performance.now() - started);
  }
  return samples;
}

function compare(share: number, ping: readonly Samples[], getId: readonly Samples[]): Row {
  const [measured = [], baseline = []] = [ping, getId].map(rounds =>
    rounds.map(each => quantile(each, share)),
  );
  return {
    figure: `Ping round trip, p${share * 100}`,
    measured: `${median(measured).toFixed(3)} ms`,
    baseline: `GetId of the bus: ${median(baseline).toFixed(3)} ms`,
    ratios: ratios(measured, baseline),
  };
}
