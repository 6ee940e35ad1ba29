import { EncodeError } from './encode-error.ts';
import { Secret } from './secret.ts';
import { encodeText } from './text.ts';

/**
 * The longest line that is sent, in bytes without the line end. The daemon's buffer has 1,024 bytes, but it reads in
 * pieces of 256 and clears the buffer when a piece does not fit, so lines above 769 bytes lose what follows them
 * (measured on 2.6.14: 9 of 25 bursts at 800 bytes, 25 of 25 at 1,000).
 */
export const maxLineBytes = 768;

/** The daemon's limit for one parameter after unquoting: 256 bytes with its terminating NUL. */
export const maxParameterBytes = 255;

const maxParameters = 16;
const bare = /^[A-Za-z0-9_./:@%+,=-]+$/;

/** A parameter and the name it has in errors. */
export type Parameter = readonly [name: string, value: string | number | Secret];

/** A line that may hold secrets: `display` is what may be shown. */
export type EncodedLine = { readonly bytes: Secret; readonly display: string };

/**
 * One parameter as the daemon's lexer reads it back. Only `\` and `"` are escaped; everything that is not plain is
 * put in double quotes, where `#` and `;` start no comment.
 */
export function quote(value: string): string {
  return bare.test(value) ? value : `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

/**
 * A command line, without its line end.
 *
 * Throws EncodeError, naming the parameter, for control characters (the daemon drops them silently), a parameter of
 * more than 255 bytes, more than 16 words, or a line of more than 768 bytes.
 */
export function encodeLine(verb: string, parameters: readonly Parameter[] = []): EncodedLine {
  if (parameters.length >= maxParameters)
    throw new EncodeError(verb, `takes fewer than ${maxParameters} parameters`);
  const words = parameters.map(([name, value]) => {
    const text = value instanceof Secret ? value.reveal() : String(value);
    refuseControl(name, text);
    refuseLong(name, text, maxParameterBytes, 'the daemon accepts');
    return { text: quote(text), display: value instanceof Secret ? String(value) : quote(text) };
  });
  const line = [verb, ...words.map(word => word.text)].join(' ');
  refuseLong(verb, line, maxLineBytes, 'a command line may have');
  return { bytes: new Secret(line), display: [verb, ...words.map(word => word.display)].join(' ') };
}

/** A line that is sent as it is: refused when it holds control characters or more than 768 bytes. */
export function encodeRaw(line: string, name = 'line'): EncodedLine {
  refuseControl(name, line);
  refuseLong(name, line, maxLineBytes, 'a line may have');
  return { bytes: new Secret(line), display: line };
}

/** The lines of a multi-line command, without the closing `END`, which a body line therefore must not be. */
export function encodeBody(name: string, lines: readonly (string | Secret)[]): readonly Secret[] {
  return lines.map((line, index) => {
    const [where, text] = [`${name}[${index}]`, line instanceof Secret ? line.reveal() : line];
    if (text === 'END') throw new EncodeError(where, "is 'END', which would end the block");
    return encodeRaw(text, where).bytes;
  });
}

/** Refuses what the daemon would drop without a word: every control character, tabs and line ends among them. */
export function refuseControl(name: string, text: string): void {
  if (/[\x00-\x1f\x7f]/.test(text))
    throw new EncodeError(name, 'holds a control character, which the daemon would drop');
}

function refuseLong(name: string, text: string, limit: number, who: string): void {
  // A code unit has three bytes at most, so what is short needs no counting.
  if (text.length * 3 <= limit && text.isWellFormed()) return;
  const { length } = encodeText(text, name);
  if (length > limit) throw new EncodeError(name, `has ${length} bytes; ${who} ${limit}`);
}

/** A parameter that must be a whole number from `least` to `most`; anything else is an EncodeError. */
export function integer(name: string, value: number, least = 0, most = 2 ** 32 - 1): Parameter {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return [name, value];
  throw new EncodeError(name, `is ${value}; it must be a whole number from ${least} to ${most}`);
}
