import { type Frame, frameOf } from './frame.ts';
import { decodeText } from './text.ts';

const prompt = 'ENTER PASSWORD:';

/** Turns the bytes of a management connection into frames; how they are cut into chunks never changes the frames. */
export type Decoder = {
  /** The frames that this chunk completes, in order. Never throws; after an `overlong` frame it returns none. */
  push(chunk: Uint8Array): Frame[];
};

/**
 * A decoder for one connection. The daemon's longest message is 10,240 bytes; a line of more than `maxLineLength`
 * characters ends the stream with an `overlong` frame, so a peer cannot make it grow.
 */
export function createDecoder({ maxLineLength = 65_536 } = {}): Decoder {
  let kept = ''; // the beginning of a line whose end has not come yet
  let held = new Uint8Array(0); // the end of a chunk that may stop inside a character
  let prompting = true; // `ENTER PASSWORD:` is text like any other once the daemon has greeted
  let finished = false;

  const overlong = (frames: Frame[]): Frame[] => {
    finished = true;
    kept = '';
    frames.push({ type: 'overlong', line: `a line of more than ${maxLineLength} characters` });
    return frames;
  };

  /** While the daemon may ask for its password: takes the prompts at the start of a line, which end without a newline. */
  const takePrompts = (text: string, frames: Frame[]): string => {
    let rest = text;
    while (kept.length < prompt.length && (kept + rest.slice(0, prompt.length)).startsWith(prompt)) {
      rest = rest.slice(prompt.length - kept.length);
      kept = '';
      frames.push({ type: 'prompt', line: prompt });
    }
    return rest;
  };

  const push = (chunk: Uint8Array): Frame[] => {
    const frames: Frame[] = [];
    if (finished) return frames;
    const bytes = held.length === 0 ? chunk : join(held, chunk);
    const whole = endOfCharacters(bytes);
    held = whole === bytes.length ? empty : bytes.slice(whole);
    let text = decodeText(whole === bytes.length ? bytes : bytes.subarray(0, whole));
    if (prompting) text = takePrompts(text, frames);
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      if (kept.length + end - start > maxLineLength) return overlong(frames);
      const frame = frameOf(kept === '' ? lineOf(text, start, end) : lineOf(kept + text.slice(start, end)));
      frames.push(frame);
      kept = '';
      start = end + 1;
      if (prompting) {
        prompting = !frame.line.startsWith('>INFO:');
        if (prompting) {
          text = takePrompts(text.slice(start), frames);
          start = 0;
        }
      }
    }
    // Appending keeps a rope: a line that comes byte by byte is copied once, when it is complete.
    kept += start === 0 ? text : text.slice(start);
    return kept.length > maxLineLength ? overlong(frames) : frames;
  };

  return { push };
}

const empty = new Uint8Array(0);

/** Where the last complete character ends: at most the three bytes of an unfinished one come behind. */
function endOfCharacters(bytes: Uint8Array): number {
  const { length } = bytes;
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) return length;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? length - back : length;
  }
  return length;
}

/** The line that ends before `end`, without its carriage return. */
function lineOf(text: string, start = 0, end = text.length): string {
  return text.slice(start, text.charCodeAt(end - 1) === 0x0d && end > start ? end - 1 : end);
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
