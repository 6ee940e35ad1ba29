/**
 * One piece of a recorded conversation, as it crossed the socket at `t` milliseconds after the start: `S` came from
 * the daemon, `C` from its client, and `X` is the end, without bytes.
 */
export type RecordedChunk = { readonly t: number; readonly dir: 'S' | 'C' | 'X'; readonly bytes: Uint8Array };

/** Reads a recording: lines of JSON `{ t, dir, b64 }`. Throws a SyntaxError that names the line that is none. */
export function parseRecording(jsonl: string): RecordedChunk[] {
  return jsonl
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [parseChunk(line, index + 1)]));
}

function parseChunk(line: string, number: number): RecordedChunk {
  const wrong = (cause?: unknown) =>
    new SyntaxError(`line ${number} of the recording is no chunk { t, dir, b64 }`, { cause });
  let chunk: unknown;
  try {
    chunk = JSON.parse(line);
  } catch (cause) {
    throw wrong(cause);
  }
  if (typeof chunk !== 'object' || chunk === null || !('dir' in chunk)) throw wrong();
  const { t, dir, b64 } = chunk as Record<string, unknown>;
  if (typeof t !== 'number' || typeof b64 !== 'string' || (dir !== 'S' && dir !== 'C' && dir !== 'X'))
    throw wrong();
  return { t, dir, bytes: Buffer.from(b64, 'base64') };
}
