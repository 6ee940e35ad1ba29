import { median } from '../../../bench/harness.ts';
import type { Row } from '../../../bench/table.ts';
import { startBareDaemon } from './bare-daemon.ts';
import { withBed } from './bed.ts';
import { processMemory } from './process-memory.ts';
import { withServer } from './server.ts';

const BACKENDS = 50;

/** So many backends at once, each with its network, against as many daemons alone. Once: it takes all processors. */
export async function many(): Promise<Row[]> {
  const clients = Array.from({ length: BACKENDS }, (_, index) => index);
  return withServer(BACKENDS, async server => {
    const profiles = await Promise.all(clients.map(client => server.profile(client)));

    const backends = await withBed(async bed => {
      const started = performance.now();
      const all = await Promise.all(
        clients.map(client => bed.start({ namespace: server.namespace(client) })),
      );
      const registered = performance.now() - started;
      await Promise.all(
        all.map(async (backend, client) => {
          await backend.confirm(profiles[client] ?? '');
          const connected = backend.status('CONN_CONNECTED');
          await backend.call('Connect');
          await connected;
        }),
      );
      const connected = performance.now() - started;
      const memory = all.map(({ pid }) => processMemory(pid));
      await Promise.all(all.map(backend => backend.end()));
      return { registered, connected, memory };
    });

    const started = performance.now();
    const daemons = await Promise.all(
      clients.map(client => startBareDaemon(profiles[client] ?? '', server.namespace(client))),
    );
    const waiting = performance.now() - started;
    await Promise.all(daemons.map(daemon => daemon.release()));
    const connected = performance.now() - started;
    await Promise.all(daemons.map(daemon => daemon.end()));

    const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
    const mib = (kind: 'rss' | 'pss' | 'own') => median(backends.memory.map(each => each[kind])).toFixed(1);
    return [
      {
        figure: `${BACKENDS} at once: all registered`,
        measured: seconds(backends.registered),
        baseline: `as many daemons wait: ${seconds(waiting)}`,
      },
      {
        figure: `${BACKENDS} at once: all connected`,
        measured: seconds(backends.connected),
        baseline: `as many daemons alone: ${seconds(connected)}`,
        ratios: [backends.connected / connected],
      },
      {
        figure: `${BACKENDS} at once: memory of each`,
        measured: `RSS ${mib('rss')}, PSS ${mib('pss')}, of its own ${mib('own')} MiB`,
        baseline: '',
      },
    ];
  });
}
