import { closeSync, openSync, write } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where lines are written. It never blocks: when the other side does not take them, they are left out and counted. */
export type LogOutput = {
  write(lines: readonly string[]): void;
  /** Resolves when everything is written, or a second has passed. */
  close(): Promise<void>;
};

/** What may wait to be written. */
const MAX_WAITING_BYTES = 1024 * 1024;
const RETRY_MS = 50;
const CLOSE_MS = 1000;
const STDOUT = 1;

/** Opens a file for appending, readable for its owner alone; `stdout:` is standard output. Throws when it cannot be. */
export function openLogOutput(path: string): LogOutput {
  // Not process.stdout, which waits for a pipe that nobody reads.
  const descriptor = path === 'stdout:' ? STDOUT : openSync(path, 'a', 0o600);
  let waiting: string[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let writing: Promise<void> | undefined;

  async function writeWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      waitingBytes = 0;
      if (!(await writeAll(descriptor, lines.join('')))) lost += lines.length;
    }
    writing = undefined;
  }

  function add(line: string): void {
    waiting.push(`${line}\n`);
    waitingBytes += 4 * line.length;
  }

  return {
    write(lines) {
      if (waitingBytes > MAX_WAITING_BYTES) {
        lost += lines.length;
        return;
      }
      if (lost > 0) add(`(${lost} lines were lost here: they could not be written)`);
      lost = 0;
      for (const line of lines) add(line);
      if (waiting.length > 0) writing ??= writeWaiting();
    },
    async close() {
      await Promise.race([writing, sleep(CLOSE_MS, undefined, { ref: false })]);
      if (descriptor !== STDOUT && writing === undefined) closeSync(descriptor);
    },
  };
}

/** False when it failed: a full disk or a closed pipe is no reason to end. */
async function writeAll(descriptor: number, text: string): Promise<boolean> {
  let left = Buffer.from(text);
  while (left.length > 0) {
    const result = await writeSome(descriptor, left);
    // A pipe that others have switched to non-blocking is full.
    if (result === 'EAGAIN') await sleep(RETRY_MS);
    else if (typeof result === 'string') return false;
    else left = left.subarray(result);
  }
  return true;
}

/** How many bytes, or the code of the error. */
const writeSome = (descriptor: number, bytes: Buffer): Promise<number | string> =>
  new Promise(resolve =>
    write(descriptor, bytes, (error, written) => resolve(error ? (error.code ?? error.message) : written)),
  );
