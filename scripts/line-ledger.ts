import { createHash } from 'node:crypto';

/** Remembers which lines with a prefix crossed a socket, in order, in eight bytes each. */
export type LineLedger = {
  push(chunk: Uint8Array): void;
  readonly count: number;
  /** A digest of the line with this number. */
  at(index: number): bigint;
};

export function createLineLedger(prefix: string): LineLedger {
  let digests = new BigUint64Array(1024);
  let count = 0;
  let rest = '';
  return {
    push(chunk) {
      const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (!line.startsWith(prefix)) continue;
        if (count === digests.length) {
          const larger = new BigUint64Array(count * 2);
          larger.set(digests);
          digests = larger;
        }
        digests[count++] = createHash('md5').update(line).digest().readBigUInt64LE();
      }
    },
    get count() {
      return count;
    },
    at: index => digests[index] ?? 0n,
  };
}

/** Whether what was heard is exactly the last part of what was said: nothing lost, added, altered or out of order. */
export function isEndOf(heard: LineLedger, said: LineLedger): boolean {
  const offset = said.count - heard.count;
  if (offset < 0 || heard.count === 0) return false;
  for (let index = 0; index < heard.count; index++) {
    if (heard.at(index) !== said.at(offset + index)) return false;
  }
  return true;
}
