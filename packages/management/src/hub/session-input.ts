import { decodeText } from '../protocol/text.ts';

/** One line that a program sent, without the control characters that the daemon drops; its length is in bytes. */
export type InputLine = { readonly text: string; readonly length: number } | { readonly type: 'overlong' };

/** Cuts what a program sends into lines. What has no line end waits for it, as it does at the daemon. */
export type SessionInput = { push(chunk: Uint8Array): InputLine[] };

/**
 * The longest line that is forwarded, in bytes without its end. The daemon has a buffer of 1,024 bytes, reads in pieces
 * of up to 256, and when a piece does not fit it clears the buffer and goes on, so that the rest of the line, or what
 * stands behind it, is lost or runs as a command of its own. While nothing stands behind a line it fits up to 1,023
 * bytes, however it is cut; since the hub has one command in flight, nothing does. (Measured on 2.6.14 over unix and TCP
 * sockets, whole and in random pieces: of 3,600 lines of 768 to 1,023 bytes on their own none was lost.)
 */
export const maxLine = 1023;

/**
 * The longest line of a command with a body, where something always stands behind. At this length the last piece can
 * never overflow; above, one alignment more of 256 loses the line with every byte. (Measured: 0 of 256 at 768, 1 at 769,
 * 32 at 800, 132 at 900, 255 at 1,023.)
 */
export const maxBodyLine = 768;

export function createSessionInput(): SessionInput {
  const kept = new Uint8Array(maxLine);
  let length = 0;
  let overlong = false;

  const complete = (): InputLine => {
    const line = { text: overlong ? '' : decodeText(kept.subarray(0, length)), length };
    const result = overlong ? ({ type: 'overlong' } as const) : line;
    length = 0;
    overlong = false;
    return result;
  };

  return {
    push(chunk) {
      const lines: InputLine[] = [];
      for (const byte of chunk) {
        if (byte === 0x0a) lines.push(complete());
        else if (byte >= 0x20 && byte !== 0x7f) {
          if (length < maxLine) kept[length++] = byte;
          else overlong = true;
        }
      }
      return lines;
    },
  };
}
