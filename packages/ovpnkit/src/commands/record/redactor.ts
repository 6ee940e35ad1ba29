import { createProgramLines, findInLine, type Span } from '@ovpnkit/management';

/** Who sent a chunk: `S` the daemon, `C` its program. */
export type Direction = 'S' | 'C';

/** One chunk on its way into a recording, and whatever belongs to it. */
export type Piece<T> = { readonly direction: Direction; readonly bytes: Buffer; readonly tag: T };

/**
 * Takes the secrets out of a management connection, and keeps everything else as it is: the order of the chunks, the length of
 * each and its tag. A chunk is held until the lines that it is part of are complete, because a secret may be cut anywhere, and
 * those behind it wait for it.
 */
export type Redactor<T> = {
  /** The chunks that are safe to keep by now, in order. */
  push(direction: Direction, bytes: Uint8Array, tag: T): Piece<T>[];
  /** What is left: unfinished lines are hidden whole. */
  end(): Piece<T>[];
};

/** A chunk; it is safe when all the lines are hidden that have a part in it. */
type Held<T> = Piece<T> & { safe: boolean };
type Part = { readonly bytes: Buffer; readonly done: () => void };

const asterisk = 0x2a;
const prompt = 'ENTER PASSWORD:';

/** A line without an end is hidden to its end when so many bytes are held: no line of a daemon is near as long. */
const mostHeld = 1024 * 1024;
/** What it costs to hold a chunk beside its bytes. */
const costOfChunk = 256;

/** For one connection. */
export function createRedactor<T>(): Redactor<T> {
  const held: Held<T>[] = [];
  let heldBytes = 0;
  const program = createProgramLines();
  let greeted = false;

  const findInDaemonLine = (line: string): Span[] => {
    // A prompt has no line end: what the daemon says next stands in the same line.
    let start = 0;
    for (; !greeted && line.startsWith(prompt, start); start += prompt.length) program.askPassword();
    greeted ||= line.startsWith('>INFO:', start);
    return findInLine(line.slice(start)).map(([first, last]) => [first + start, last + start]);
  };
  const lines = {
    S: createLines(findInDaemonLine, () => (greeted ? undefined : prompt.length)),
    C: createLines(program.find, () => undefined),
  };

  const release = (): Piece<T>[] => {
    const unsafe = held.findIndex(({ safe }) => !safe);
    const pieces = held.splice(0, unsafe === -1 ? held.length : unsafe);
    for (const { bytes } of pieces) heldBytes -= bytes.length + costOfChunk;
    return pieces.map(({ direction, bytes, tag }) => ({ direction, bytes, tag }));
  };

  const hideRest = (): void => {
    lines.S.hideRest();
    lines.C.hideRest();
  };

  return {
    push(direction, chunk, tag) {
      const piece: Held<T> = { direction, bytes: Buffer.from(chunk), tag, safe: chunk.length === 0 };
      held.push(piece);
      heldBytes += chunk.length + costOfChunk;
      lines[direction].push(piece.bytes, () => {
        piece.safe = true;
      });
      const pieces = release();
      if (heldBytes <= mostHeld) return pieces;
      hideRest();
      return [...pieces, ...release()];
    },
    end() {
      hideRest();
      return release();
    },
  };
}

/** Hides in place what `find` finds in the lines of one direction. A prompt of `promptLength` needs no line end. */
function createLines(find: (line: string) => readonly Span[], promptLength: () => number | undefined) {
  let parts: Part[] = []; // of the line that is not finished
  let length = 0;
  let hiding = false; // the rest of a line whose beginning is gone

  const add = (bytes: Buffer, done: () => void): void => {
    parts.push({ bytes, done });
    length += bytes.length;
  };

  const finish = (): void => {
    const [only] = parts;
    const whole = only && parts.length === 1 ? only.bytes : Buffer.concat(parts.map(({ bytes }) => bytes));
    // Latin-1 maps bytes to characters one to one, so that places agree.
    const line = whole.toString('latin1').replace(/\r?\n$/, '');
    for (const [start, end] of hiding ? [[0, line.length] as const] : find(line))
      whole.fill(asterisk, start, end);
    let offset = 0;
    for (const { bytes, done } of parts) {
      offset += whole === bytes ? 0 : whole.copy(bytes, 0, offset, offset + bytes.length);
      done();
    }
    parts = [];
    length = 0;
    hiding = false;
  };

  return {
    push(chunk: Buffer, done: () => void): void {
      let start = 0;
      for (let feed = chunk.indexOf(0x0a); feed !== -1; feed = chunk.indexOf(0x0a, start)) {
        add(chunk.subarray(start, feed + 1), feed === chunk.length - 1 ? done : () => {});
        finish();
        start = feed + 1;
      }
      if (start === chunk.length) return;
      add(chunk.subarray(start), done);
      if (length === promptLength() && textOf(parts) === prompt) finish();
    },
    hideRest(): void {
      if (length === 0) return;
      for (const { bytes, done } of parts) {
        bytes.fill(asterisk);
        done();
      }
      parts = [];
      length = 0;
      hiding = true;
    },
  };
}

const textOf = (parts: readonly Part[]): string =>
  Buffer.concat(parts.map(({ bytes }) => bytes)).toString('latin1');
