import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { alternate, median, ratios } from '../../../bench/harness.ts';
import type { Row } from '../../../bench/table.ts';
import { withBed } from './bed.ts';
import { type ProcessMemory, processMemory } from './process-memory.ts';
import { withServer } from './server.ts';

const PINGS = 20_000;

/** The memory of a connected backend, and of one that has answered many calls, against Node that runs nothing. */
export async function memory(): Promise<Row[]> {
  const afterCalls: ProcessMemory[] = [];
  const samples = await withServer(1, server =>
    withBed(async bed => {
      const namespace = server.namespace(0);
      const profile = await server.profile(0);
      return alternate(5, {
        async backend() {
          const backend = await bed.start({ namespace });
          await backend.confirm(profile);
          const connected = backend.status('CONN_CONNECTED');
          await backend.call('Connect');
          await connected;
          const atFirst = processMemory(backend.pid);
          for (let index = 0; index < PINGS; index++) await backend.call('Ping');
          afterCalls.push(processMemory(backend.pid));
          await backend.end();
          return atFirst;
        },
        node: idleNode,
      });
    }),
  );
  const [, ...counted] = afterCalls; // the first round does not count
  return [
    ...rows('connected', samples.backend, samples.node),
    ...rows(`after ${PINGS.toLocaleString('en')} calls`, counted, samples.node),
  ];
}

async function idleNode(): Promise<ProcessMemory> {
  const node = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1e6)'], { env: {} });
  await once(node.stdout, 'data');
  const result = processMemory(node.pid ?? 0);
  node.kill('SIGKILL');
  await once(node, 'exit');
  return result;
}

function rows(when: string, backend: readonly ProcessMemory[], node: readonly ProcessMemory[]): Row[] {
  return (['rss', 'pss', 'own'] as const).map(kind => {
    const [measured = [], baseline = []] = [backend, node].map(each => each.map(memory => memory[kind]));
    return {
      figure: `memory ${when}, ${kind === 'own' ? 'pages of its own' : kind.toUpperCase()}`,
      measured: `${median(measured).toFixed(1)} MiB`,
      baseline: `Node with nothing to do: ${median(baseline).toFixed(1)} MiB`,
      ratios: ratios(measured, baseline),
    };
  });
}
