import { EncodeError } from './encode-error.ts';
import { type EncodedLine, encodeBody, encodeLine, encodeRaw, type Parameter } from './encoder.ts';
import { lexLine } from './lexer.ts';
import type { Secret } from './secret.ts';
import { countShownWords } from './secrets/command.ts';
import { redactParameter } from './secrets/redact.ts';
import { multiLine, replyShape, type Shape } from './shape.ts';

/** One command, checked and ready to be sent. */
export type Command = {
  /** The words of the command line as they may be shown: secrets are `[secret]`. */
  readonly words: readonly string[];
  readonly line: EncodedLine;
  /** The lines that follow, without the closing `END`; absent for a command of one line. */
  readonly body?: readonly Secret[];
  readonly shape: Shape;
};

/** A command of known reply. Throws EncodeError when a parameter cannot be sent as it is. */
export function command(verb: string, ...parameters: readonly Parameter[]): Command {
  const words = [verb, ...parameters.map(([, value]) => String(value))];
  return { words, line: encodeLine(verb, parameters), shape: shapeOf(words) };
}

/** A command whose body follows its line; `name` is what errors call the body. */
export function commandWithBody(
  verb: string,
  parameters: readonly Parameter[],
  [name, lines]: readonly [name: string, lines: readonly (string | Secret)[]],
): Command {
  return { ...command(verb, ...parameters), body: encodeBody(name, lines) };
}

/**
 * A command line as the caller wrote it. Its reply has the `shape` given, or the one known for its words. A command
 * that takes a body is refused: without one the daemon would swallow what is sent next.
 */
export function rawCommand(line: string, shape?: Shape): Command {
  const encoded = encodeRaw(line);
  const lexed = lexLine(line);
  if ('error' in lexed) throw new EncodeError('line', `is refused by the daemon as a whole: ${lexed.error}`);
  const { words } = lexed;
  if (multiLine.has(words[0] ?? ''))
    throw new EncodeError('line', `is '${words[0]}', which needs a body: use its method`);
  if (words[0] === 'version' && words.length > 1 && !shape) {
    throw new EncodeError(
      'line',
      "is 'version n', which some daemons answer and others do not: use announceVersion()",
    );
  }
  const known = replyShape(words);
  const [verb = ''] = words;
  if (!shape && known === undefined)
    throw new EncodeError('line', `has the unknown command '${verb}': give the shape of its reply`);
  // The verb is shown of every command: here it stands in an error for the one who wrote it.
  const shown = Number.isFinite(countShownWords(words)) ? [verb] : words.map(redactParameter);
  return { words: shown, line: { bytes: encoded.bytes, display: verb }, shape: shape ?? known ?? [] };
}

/** Throws the EncodeError that `raw` would give for this line, without a connection. */
export function checkRaw(line: string, shape?: Shape): void {
  rawCommand(line, shape);
}

function shapeOf(words: readonly string[]): Shape {
  const shape = replyShape(words);
  if (shape === undefined) throw new EncodeError('verb', `'${words[0]}' has no known reply`);
  return shape;
}
