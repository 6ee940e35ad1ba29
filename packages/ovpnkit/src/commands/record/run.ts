import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError, ConnectionError, type ManagementClient, TimeoutError } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { limitTime } from '../../cli/time-limit.ts';
import { untilAborted } from '../../cli/until-aborted.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { formatChunk } from './recording.ts';
import { createRedactor, type Direction, type Piece, type Redactor } from './redactor.ts';

type RecordOptions = { readonly interval: number; readonly seconds: number | undefined };

/** `ovpnkit record`. */
export async function runRecord(
  context: Context,
  options: RecordOptions,
  [file = '']: readonly string[],
): Promise<Outcome> {
  const signal = limitTime(context.signal, options.seconds);
  await context.upstream(); // before there is a file
  const out = await createFile(file);
  const recorder = createRecorder(out);
  try {
    const client = await context.connect({ reconnect: true, onBytes: recorder.take });
    client.on('down', recorder.cut);
    const ready = subscribe(client);
    await Promise.race([ready, untilAborted(signal)]);
    if (signal.aborted) await client.close();
    await ready.catch(error => {
      if (!signal.aborted) throw error;
    });
    context.print(
      `recording to ${file}, until ${options.seconds === undefined ? 'Ctrl-C' : `${options.seconds} s are over`}`,
    );
    const looking = (async () => {
      while (!signal.aborted) {
        await look(client);
        await sleep(options.interval * 1000, undefined, { signal }).catch(() => {});
      }
    })();
    // A look waits for the daemon, and the time may be over before that answers: closing ends its command as well.
    await Promise.race([looking, untilAborted(signal)]);
    await client.close();
    await looking;
  } finally {
    recorder.cut();
    out.end();
    await once(out, 'close');
    // Nobody was heard: there is nothing to keep, and the next try takes the same name.
    if (out.bytesWritten === 0) await unlink(file);
  }
  context.signal.throwIfAborted();
  return 'ok';
}

async function createFile(file: string): Promise<WriteStream> {
  const out = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  try {
    await once(out, 'open');
    return out;
  } catch (error) {
    throw new UsageError(`${file} cannot be made: ${error instanceof Error ? error.message : error}`);
  }
}

type Recorder = {
  take(direction: Direction, chunk: Uint8Array): void;
  /** The connection is over: what comes next is another. */
  cut(): void;
};

function createRecorder(out: WriteStream): Recorder {
  const start = performance.now();
  let redactor: Redactor<number> | undefined;
  const write = (pieces: readonly Piece<number>[]): void => {
    for (const { direction, bytes, tag } of pieces) out.write(formatChunk(tag, direction, bytes));
  };
  return {
    take(direction, chunk) {
      redactor ??= createRedactor();
      write(redactor.push(direction, chunk, performance.now() - start));
    },
    cut() {
      if (!redactor) return;
      write(redactor.end());
      out.write(formatChunk(performance.now() - start, 'X', Buffer.alloc(0)));
      redactor = undefined;
    },
  };
}

async function subscribe(client: ManagementClient): Promise<void> {
  client.on('CLIENT', () => {}); // a consumer, so that nothing is kept for a later one
  await client.version();
  await client.pid();
  await client.help();
  await client.state('on', 'all');
  await client.log('on', 'all');
  await client.echo('on', 'all');
  await client.bytecount(1);
}

/** What programs ask for again and again. A daemon that is held or away refuses; it is asked again later. */
async function look(client: ManagementClient): Promise<void> {
  try {
    await client.state();
    await client.loadStats();
    for (const format of [1, 2, 3] as const) await client.raw(`status ${format}`);
    await client.raw('status');
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof ConnectionError || error instanceof TimeoutError))
      throw error;
  }
}
