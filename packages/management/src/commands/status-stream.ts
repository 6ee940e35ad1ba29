import type { Connection } from '../connection/connection.ts';
import { command } from '../protocol/command.ts';
import type { Reply } from '../protocol/reply.ts';
import type { StatusRow } from '../protocol/status.ts';
import { createStatusParser } from '../protocol/status-parser.ts';
import { cutOf } from './answer.ts';

/** How many rows may wait before the socket is paused. */
const maxWaiting = 1024;

/**
 * The rows of one status as they come, in constant memory. While the consumer is behind, the socket is not read, so
 * events and other replies wait as well; a consumer that takes nothing for as long as a command may take gets a
 * TimeoutError, and everybody else goes on. Leaving the loop early skips the rest. The last row of a status that is not
 * whole is a `cut`.
 */
export async function* streamStatus(
  connection: Connection,
  format: 1 | 2 | 3,
): AsyncGenerator<StatusRow, void> {
  const parser = createStatusParser();
  let rows: StatusRow[] = [];
  let wake = (): void => {};
  let state: 'running' | 'done' | 'left' = 'running';
  let failure: unknown;
  let taken = false; // since the deadline was last looked at

  const onRow = (line: string): void => {
    const row = state === 'running' ? parser.push(line) : undefined;
    if (!row) return;
    if (rows.push(row) >= maxWaiting) connection.pause();
    wake();
  };
  const tellCut = (reply: Reply): void => {
    const problem = cutOf(reply) ?? (parser.missing && `it ends before ${parser.missing}`);
    if (problem !== undefined && state === 'running') rows.push({ type: 'cut', problem });
  };
  const finish = (error?: unknown): void => {
    failure = error;
    if (state === 'running') state = 'done';
    connection.resume();
    wake();
  };
  // While the socket is paused no row comes that would restart the deadline: a consumer that is only slow has time.
  const moreTime = (): boolean => {
    const more = taken;
    taken = false;
    return more;
  };
  connection
    .send(command('status', ['format', format]), { onRow, moreTime, maxLength: Number.POSITIVE_INFINITY })
    .then(reply => {
      tellCut(reply);
      finish();
    }, finish);

  try {
    while (state === 'running' || rows.length > 0) {
      const batch = rows;
      rows = [];
      connection.resume();
      for (const row of batch) {
        taken = true;
        yield row;
      }
      if (rows.length > 0 || state !== 'running') continue;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
    if (failure !== undefined) throw failure;
  } finally {
    state = 'left';
    connection.resume();
  }
}
