/**
 * One line of the daemon, classified by its first bytes alone; `line` is its text without the line end.
 *
 * `prompt` is `ENTER PASSWORD:`, the only thing a daemon writes without a line end. `overlong` is the last frame of a
 * stream whose peer sent a line beyond the decoder's limit. What a frame *means* depends on the reply that is being
 * awaited: inside `status 1` a line that starts with `>` or `ERROR:` is a row (see reply.ts).
 */
export type Frame = {
  readonly type: 'prompt' | 'success' | 'error' | 'end' | 'notification' | 'line' | 'overlong';
  readonly line: string;
};

/** Classifies one complete line. */
export function frameOf(line: string): Frame {
  switch (line.charCodeAt(0)) {
    case 0x3e: // >
      return { type: 'notification', line };
    case 0x53: // S
      return { type: line.startsWith('SUCCESS:') ? 'success' : 'line', line };
    case 0x45: // E
      if (line === 'END') return { type: 'end', line };
      return { type: line.startsWith('ERROR:') ? 'error' : 'line', line };
    default:
      return { type: 'line', line };
  }
}
