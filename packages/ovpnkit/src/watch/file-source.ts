import { readStatusFile } from '../status/status-file.ts';
import { startPoller } from './poller.ts';
import type { WatchSource } from './source.ts';

/** The file that a daemon writes its status to again and again. */
export const fileSource =
  (path: string): WatchSource =>
  async (learn, intervalMs, signal) => {
    await readStatusFile(path); // that there is none, or another file, is better said at once
    let last: number | undefined;
    const look = async (): Promise<void> => {
      try {
        const { status, written } = await readStatusFile(path);
        // Rates are of the time between two statuses, however often the file is looked at.
        if (written.getTime() === last) return learn({ type: 'tick' });
        last = written.getTime();
        if ('title' in status && status.title.startsWith('OpenVPN 2'))
          learn({ type: 'release', release: status.title });
        learn({ type: 'file', status, written });
      } catch (error) {
        last = undefined;
        learn({ type: 'unreadable', problem: error instanceof Error ? error.message : String(error) });
      }
    };
    await startPoller(intervalMs, signal, look).ended;
  };
