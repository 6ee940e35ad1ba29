import { connect } from '@ovpnkit/management';
import { fakeDaemon } from '@ovpnkit/management/testing';
import { alternate, median, ratios } from './harness.ts';
import { readStatus } from './recording.ts';
import type { Row } from './table.ts';

/** How long a program waits for what is true now when the daemon loses the end of its status. */
export async function lostEnd(): Promise<Row[]> {
  const whole = readStatus('openvpn-2.6.14-server-3clients-v3');
  let cut = false;
  const state = ['1795289010,CONNECTED,SUCCESS,10.77.0.1,,,,,fd77::1', 'END'];
  const daemon = await fakeDaemon(session => {
    session.greet();
    return session.answer(line => {
      if (line === 'pid') return 'SUCCESS: pid=1';
      return line === 'state'
        ? state
        : cut
          ? whole.slice(0, 4)
          : [...whole.filter(row => row !== 'END'), 'END'];
    });
  });
  const client = await connect(daemon.endpoint);
  const take = (lost: boolean) => async (): Promise<number> => {
    cut = lost;
    const began = performance.now();
    await client.snapshot();
    return performance.now() - began;
  };
  try {
    const samples = await alternate(5, { lost: take(true), whole: take(false) });
    const allowed = 1100;
    return [
      {
        figure: 'a lost END: time to a snapshot',
        measured: `${median(samples.lost).toFixed(0)} ms`,
        baseline: `allowed: ${allowed} ms; with END: ${median(samples.whole).toFixed(1)} ms`,
        ratios: ratios(
          samples.lost,
          samples.lost.map(() => allowed),
        ),
        target: { atMost: 1 },
      },
    ];
  } finally {
    await client.close();
    await daemon.close();
  }
}
