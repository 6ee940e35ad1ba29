import { lexLine } from '@ovpnkit/management';
import { byteLength } from './byte-length.ts';
import { ProfileError } from './profile-error.ts';

/** One directive of a profile, as the daemon would read it. */
export type Directive = {
  /** Without leading `--`, in the case it was written in: OpenVPN's names are case-sensitive. */
  readonly name: string;
  readonly parameters: readonly string[];
  /** The lines between `<name>` and `</name>`, each ended by a newline. Absent when there is no block. */
  readonly body?: string;
  /** Where it stands, from 1; 0 when it is not the user's but ours. */
  readonly line: number;
  /** It came as `setenv opt NAME …`: a daemon that does not know it passes over it. */
  readonly optional?: true;
};

export type Profile = { readonly directives: readonly Directive[] };

/** What OpenVPN 3 takes, so every profile that was imported fits. */
const maxProfileBytes = 262_144;
/** Outside of blocks; OpenVPN 3's limit too. The daemon takes less, but comments may be as long as this. */
const maxLineBytes = 512;
/** OpenVPN 3's; the longest name of OpenVPN has 31. */
const maxNameBytes = 64;
/** Many routes are real; more than this is no profile. */
const maxDirectives = 4096;
/** The daemon drops what comes behind its 16th word without a complaint. */
const maxWords = 16;

/**
 * Reads OpenVPN configuration text as the daemon does: its lexer, its inline blocks, its `setenv opt`. Knows no names:
 * see `checkDirectives` for what a profile may hold. Line ends may be CRLF, and a byte order mark may come first.
 *
 * @param firstLine the number of the first line, for text out of a `<connection>` block
 * @throws ProfileError when it is too large, or a line has no clear meaning
 */
export function parseProfile(text: string, firstLine = 1): Profile {
  if (text.length > maxProfileBytes || byteLength(text) > maxProfileBytes)
    throw new ProfileError(undefined, `the profile is larger than ${maxProfileBytes} bytes; make it smaller`);
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const directives: Directive[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = firstLine + index;
    const words = wordsOf(readableLine(lines[index], line), line);
    const [first, ...rest] = words;
    if (first === undefined) continue;
    const name = first.length >= 3 && first.startsWith('--') ? first.slice(2) : first;
    if (byteLength(name) > maxNameBytes)
      throw new ProfileError(
        line,
        `the name of the directive is longer than ${maxNameBytes} bytes; remove the line`,
      );
    if (directives.length === maxDirectives)
      throw new ProfileError(line, `there are more than ${maxDirectives} directives; remove some`);
    if (rest.length === 0 && name.length > 2 && name.startsWith('<') && name.endsWith('>')) {
      const tag = name.slice(1, -1);
      const end = endOfBlock(lines, index + 1, tag, firstLine);
      const body = lines.slice(index + 1, end).map(each => `${withoutReturn(each)}\n`);
      directives.push({ name: tag, parameters: [], body: body.join(''), line });
      index = end;
    } else directives.push(unwrapped(name, rest, line));
  }
  return { directives };
}

/** `setenv opt NAME …` is NAME, which may be unknown. */
function unwrapped(name: string, parameters: readonly string[], line: number): Directive {
  const [opt, inner, ...rest] = parameters;
  return name === 'setenv' && opt === 'opt' && inner !== undefined
    ? { name: inner, parameters: rest, line, optional: true }
    : { name, parameters, line };
}

/**
 * The index of the line that closes the block. The daemon closes at a line that begins with the tag, and reads long
 * lines in pieces: a tag amid a line may be the beginning of a piece, and what follows would be directives to it.
 */
function endOfBlock(lines: readonly string[], start: number, tag: string, firstLine: number): number {
  const close = `</${tag}>`;
  for (let index = start; index < lines.length; index++) {
    const text = readableLine(lines[index], firstLine + index);
    if (text.trimStart().startsWith(close)) return index;
    if (text.includes(close))
      throw new ProfileError(firstLine + index, `'${close}' stands amid the line; give it a line of its own`);
  }
  throw new ProfileError(firstLine + start - 1, `<${tag}> is not closed; add a line '${close}'`);
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

function readableLine(text: string | undefined, line: number): string {
  const readable = withoutReturn(text ?? '');
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(readable) || !readable.isWellFormed())
    throw new ProfileError(line, 'there is a control character or something else that is no text; remove it');
  return readable;
}

function wordsOf(text: string, line: number): readonly string[] {
  if (byteLength(text) > maxLineBytes)
    throw new ProfileError(line, `the line is longer than ${maxLineBytes} bytes; shorten it`);
  const lexed = lexLine(text);
  if ('error' in lexed)
    throw new ProfileError(
      line,
      `OpenVPN cannot read the line (${lexed.error}); mend its quotes, backslashes or length`,
    );
  if (lexed.words.length >= maxWords)
    throw new ProfileError(line, `'${lexed.words[0]}' has more than ${maxWords - 2} parameters; remove some`);
  return lexed.words;
}
