import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDaemon } from '@ovpnkit/lab';

/** Runs a real daemon, held, for as long as `use` takes: `socket` is the path of its management interface. */
export async function withHeldDaemon<T>(use: (socket: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'ovpnkit-bench-'));
  try {
    const daemon = await startDaemon({ directory, name: 'bench', lines: ['management-hold'] });
    try {
      return await use(daemon.socket);
    } finally {
      await daemon.stop('SIGKILL');
    }
  } finally {
    await rm(directory, { recursive: true });
  }
}
