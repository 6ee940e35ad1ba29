import type { Readable } from 'node:stream';

const MAX_LENGTH = 1024;

/** The first line. `undefined` when it is empty, longer than any token, or not complete when the input ends. */
export async function readToken(input: Readable): Promise<string | undefined> {
  let received = '';
  input.setEncoding('utf8');
  try {
    for await (const chunk of input.iterator({ destroyOnReturn: false })) {
      received += chunk;
      const end = received.indexOf('\n');
      if (end >= 0) return received.slice(0, end) || undefined;
      if (received.length > MAX_LENGTH) return undefined;
    }
  } catch {
    // Whoever would have given it is gone.
  }
  return undefined;
}
