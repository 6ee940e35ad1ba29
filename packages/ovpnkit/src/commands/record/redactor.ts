/** One chunk on its way into a recording, and whatever belongs to it. */
type Piece<T> = { readonly bytes: Buffer; readonly tag: T };

/**
 * Takes the secrets out of one direction of a management connection, and keeps everything else as it is: the length
 * of each chunk, its place in the stream and its tag. A chunk is held until the lines that it is part of are complete,
 * because a secret may be cut anywhere.
 */
export type Redactor<T> = {
  /** The chunks that are safe to keep by now, in order. */
  push(bytes: Uint8Array, tag: T): Piece<T>[];
  /** What is left: an unfinished line is hidden whole. */
  end(): Piece<T>[];
};

const asterisk = 0x2a;

/** What is hidden, by what stands before it in a line; the rest of the line, or what the second group is. */
const secrets: readonly RegExp[] = [
  /^(>CLIENT:ENV,(?:password|auth_token|session_id)=)(.*)$/,
  /^(>CLIENT:CR_RESPONSE,[^,]*,[^,]*,)(.*)$/,
  /^(>PASSWORD:Auth-Token:)(.*)$/,
  /^(>PASSWORD:Verification Failed: '[^']*' \['CRV1:[^:]*:)([^:]*)/,
  /^(\s*"?'?password"?'?\s+(?:"[^"]*"|'[^']*'|\S+)\s+)(.*)$/,
  /^(\s*"?'?(?:cr-response|needstr)"?'?\s+)(.*)$/,
  /(SCRV1:)([A-Za-z0-9+/=]*:[A-Za-z0-9+/=]*)/,
  /(CRV1::[^:\s]*::)(\S+)/,
  /(auth-token )([^\s,']+)/,
];

/** A line without an end is hidden from here on: no line of a daemon is near as long. */
const maxLine = 1024 * 1024;

/** With `passwordFirst` the stream begins with the management password, which stands alone in its line. */
export function createRedactor<T>({ passwordFirst = false } = {}): Redactor<T> {
  const held: { length: number; tag: T }[] = [];
  let safe = Buffer.alloc(0); // redacted, and waiting for the rest of its chunk
  let line = Buffer.alloc(0); // the beginning of a line
  let expectPassword = passwordFirst;

  const hideLine = (text: string): string => {
    const end = text.endsWith('\r') ? text.length - 1 : text.length;
    if (!expectPassword) return secrets.reduce(hide, text.slice(0, end)) + text.slice(end);
    expectPassword = false;
    return '*'.repeat(end) + text.slice(end);
  };

  const release = (): Piece<T>[] => {
    const pieces: Piece<T>[] = [];
    for (let next = held[0]; next && next.length <= safe.length; next = held[0]) {
      pieces.push({ bytes: safe.subarray(0, next.length), tag: next.tag });
      safe = safe.subarray(next.length);
      held.shift();
    }
    return pieces;
  };

  const finishLine = (bytes: Buffer): void => {
    safe = Buffer.concat([safe, bytes]);
    line = Buffer.alloc(0);
  };

  return {
    push(bytes, tag) {
      held.push({ length: bytes.length, tag });
      line = Buffer.concat([line, bytes]);
      const end = line.lastIndexOf(0x0a) + 1;
      if (end > 0) {
        const rest = line.subarray(end);
        // Latin-1 maps bytes to characters one to one, so that lengths agree.
        const lines = line.toString('latin1', 0, end).split('\n').map(hideLine).join('\n');
        finishLine(Buffer.from(lines, 'latin1'));
        line = rest;
      }
      if (line.length > maxLine) finishLine(Buffer.alloc(line.length, asterisk));
      return release();
    },
    end() {
      finishLine(Buffer.alloc(line.length, asterisk));
      return release();
    },
  };
}

function hide(text: string, pattern: RegExp): string {
  const found = pattern.exec(text);
  if (!found) return text;
  const [whole, before = '', secret = ''] = found;
  const start = found.index + before.length;
  return text.slice(0, start) + '*'.repeat(secret.length) + text.slice(found.index + whole.length);
}
