/**
 * One chunk as it crossed the management socket: milliseconds since the recording began, `S` from the daemon or `C` to
 * it, and its bytes. `X` with no bytes is the end of a connection. A recording is one such object a line.
 */
export type Chunk = { readonly t: number; readonly dir: 'S' | 'C' | 'X'; readonly b64: string };

/** The JSON line of a chunk. */
export function formatChunk(t: number, dir: Chunk['dir'], bytes: Uint8Array): string {
  const chunk: Chunk = { t: Math.round(t * 10) / 10, dir, b64: Buffer.from(bytes).toString('base64') };
  return `${JSON.stringify(chunk)}\n`;
}
