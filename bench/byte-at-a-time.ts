import { createDecoder } from '../packages/management/dist/protocol/decoder.js';
import { alternate, median, ratios, type Samples, timed } from './harness.ts';
import { chunksOf, readTranscript } from './recording.ts';
import type { Row } from './table.ts';

const greeting = Buffer.from(">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n");

/** Chunks of one byte: four times the bytes must take about four times the time, not sixteen. */
export async function byteAtATime(): Promise<Row[]> {
  const recorded = Buffer.concat(chunksOf(readTranscript('server-21-interleaving-status-log-bytecount')));
  const line = Buffer.from(`>LOG:1795289833,,${'x'.repeat(60_000)}\r\n`);
  return [
    await linear('lines', recorded.subarray(0, 40_000), recorded.subarray(0, 160_000)),
    await linear('one line', line.subarray(0, 15_000), line.subarray(0, 60_000)),
  ];
}

async function linear(what: string, once: Buffer, fourTimes: Buffer): Promise<Row> {
  const samples = await alternate(15, { once: timed(feeding(once)), fourTimes: timed(feeding(fourTimes)) });
  return {
    figure: `byte at a time, ${what} of ${fourTimes.length.toLocaleString('en')} bytes`,
    measured: perByte(samples.fourTimes, fourTimes),
    baseline: `${once.length.toLocaleString('en')} bytes: ${perByte(samples.once, once)}`,
    ratios: ratios(samples.fourTimes, samples.once),
    target: { atMost: 5 },
  };
}

const repetitions = 20;

/** Feeds the bytes to so many decoders in turn: one alone would be over before the clock can tell. */
function feeding(bytes: Buffer): () => void {
  const chunks = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
  return () => {
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const decoder = createDecoder();
      decoder.push(greeting);
      for (const chunk of chunks) decoder.push(chunk);
    }
  };
}

function perByte(milliseconds: Samples, bytes: Buffer): string {
  const nanoseconds = (median(milliseconds) * 1e6) / (repetitions * bytes.length);
  return `${nanoseconds.toFixed(0)} ns/byte`;
}
