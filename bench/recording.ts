import { readFileSync } from 'node:fs';
import { replyShape, type Shape } from '../packages/management/dist/protocol/shape.js';

/** One moment of a recorded connection: a command was sent, or a chunk arrived. */
export type Step = { readonly type: 'command'; readonly shape: Shape } | Chunk;
type Chunk = { readonly type: 'chunk'; readonly bytes: Buffer };

const folder = new URL('../packages/management/test/recordings/', import.meta.url);

/** A recorded connection in order, its chunks cut where the daemon's were. */
export function readTranscript(name: string): Step[] {
  const lines = readFileSync(new URL(`transcripts/${name}.jsonl`, folder), 'utf8')
    .trim()
    .split('\n');
  return lines.flatMap((line): Step[] => {
    const { dir, b64 = '' } = JSON.parse(line) as { dir: string; b64?: string };
    const bytes = Buffer.from(b64, 'base64');
    if (dir === 'S') return [{ type: 'chunk', bytes }];
    if (dir === 'C')
      return [{ type: 'command', shape: replyShape(bytes.toString().trim().split(' ')) ?? [] }];
    return []; // such as the end of the connection
  });
}

/** A recorded reply to `status`, line by line, without line ends. */
export function readStatus(name: string): string[] {
  return readFileSync(new URL(`status/${name}.txt`, folder), 'utf8')
    .trim()
    .split('\r\n');
}

export function chunksOf(steps: readonly Step[]): Buffer[] {
  return steps.filter((step): step is Chunk => step.type === 'chunk').map(({ bytes }) => bytes);
}

export function repeat<T>(items: readonly T[], times: number): T[] {
  return Array.from({ length: times }, () => items).flat();
}
