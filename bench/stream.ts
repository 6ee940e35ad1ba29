import { once } from 'node:events';
import { connect } from 'node:net';
import { createDecoder } from '../packages/management/dist/protocol/decoder.js';
import type { Frame } from '../packages/management/dist/protocol/frame.js';
import type { Notification } from '../packages/management/dist/protocol/notification.js';
import { createNotificationAssembler } from '../packages/management/dist/protocol/notification-assembler.js';
import {
  createReplyAssembler,
  type Reply,
  type ReplyAssembler,
} from '../packages/management/dist/protocol/reply.js';
import type { Shape } from '../packages/management/dist/protocol/shape.js';
import { alternate, median, ratios, timed } from './harness.ts';
import { withHeldDaemon } from './held-daemon.ts';
import { chunksOf, readTranscript, repeat, type Step } from './recording.ts';
import type { Row } from './table.ts';

const linesFromDaemon = 200_000;

/** A server's recorded stream (events, replies, log) to frames and to events, against a loop that only cuts lines. */
export async function stream(): Promise<Row[]> {
  const steps = repeat(readTranscript('server-21-interleaving-status-log-bytecount'), 300);
  const chunks = chunksOf(steps);
  const lines = cutLines(chunks);
  const samples = await alternate(15, {
    plain: timed(() => cutLines(chunks)),
    frames: timed(() => toFrames(chunks)),
    events: timed(() => toEvents(steps)),
  });
  const daemon = await daemonMilliseconds();

  const [plain, frames, events] = [samples.plain, samples.frames, samples.events].map(
    milliseconds => lines / median(milliseconds),
  );
  const daemonSpeed = linesFromDaemon / daemon;
  const target = { atLeast: 0.5 };
  return [
    {
      figure: 'stream to frames',
      measured: speed(frames),
      baseline: `plain loop: ${speed(plain)}`,
      ratios: ratios(samples.plain, samples.frames),
      target,
    },
    {
      figure: 'stream to events',
      measured: speed(events),
      baseline: `plain loop: ${speed(plain)}`,
      ratios: ratios(samples.plain, samples.events),
    },
    {
      figure: 'stream to events',
      measured: speed(events),
      baseline: `the daemon itself: ${speed(daemonSpeed)}`,
      ratios: samples.events.map(milliseconds => lines / milliseconds / daemonSpeed),
    },
  ];
}

const speed = (linesPerMillisecond = 0): string => `${(linesPerMillisecond / 1000).toFixed(2)} M lines/s`;

/** What is built goes where nobody can tell that nobody looks at it. */
export let seen: string | Frame | Notification | Reply | undefined;

/** The baseline: finds every line and builds nothing but its text. */
function cutLines(chunks: readonly Buffer[]): number {
  let carry = '';
  let lines = 0;
  for (const chunk of chunks) {
    carry += chunk.toString('utf8');
    let start = 0;
    for (let end = carry.indexOf('\n'); end !== -1; end = carry.indexOf('\n', start)) {
      seen = carry.slice(start, end);
      lines++;
      start = end + 1;
    }
    carry = carry.slice(start);
  }
  return lines;
}

function toFrames(chunks: readonly Buffer[]): void {
  const decoder = createDecoder();
  for (const chunk of chunks) for (const frame of decoder.push(chunk)) seen = frame;
}

/** What a connection does between its socket and its user: every notification an event, every reply assembled. */
function toEvents(steps: readonly Step[]): void {
  const decoder = createDecoder();
  const notifications = createNotificationAssembler();
  const waiting: Shape[] = []; // the recording's commands do not wait for each other
  let pending: ReplyAssembler | undefined;
  const next = (): void => {
    const shape = waiting.shift();
    pending = shape && createReplyAssembler(shape);
  };
  for (const step of steps) {
    if (step.type === 'command') {
      waiting.push(step.shape);
      if (!pending) next();
      continue;
    }
    for (const frame of decoder.push(step.bytes)) {
      const assembly = pending?.push(frame) ?? 'foreign';
      if (assembly === 'done') {
        seen = pending?.parts;
        next();
      } else if (assembly === 'foreign') {
        if (frame.type !== 'notification') throw new Error(`a line out of place: ${frame.line}`);
        seen = notifications.push(frame.line);
      }
    }
  }
}

/** How long a real daemon takes for its own many lines, its socket read as fast as Node reads: the best of a few. */
async function daemonMilliseconds(): Promise<number> {
  const { output } = await withHeldDaemon(path => alternate(10, { output: () => daemonOutput(path) }));
  return Math.min(...output);
}

async function daemonOutput(path: string): Promise<number> {
  const last = `[${linesFromDaemon - 1}]`;
  const socket = connect(path);
  await once(socket, 'data'); // the greeting
  const milliseconds = await new Promise<number>(resolve => {
    const start = performance.now();
    let end = ''; // of the output so far
    const take = (chunk: Buffer): void => {
      end = (end + chunk.toString('latin1', Math.max(0, chunk.length - 100))).slice(-100);
      if (!end.endsWith('\n') || !end.includes(last)) return;
      resolve(performance.now() - start);
    };
    socket.on('data', take);
    socket.write(`test ${linesFromDaemon}\n`);
  });
  socket.destroy();
  await once(socket, 'close');
  return milliseconds;
}
