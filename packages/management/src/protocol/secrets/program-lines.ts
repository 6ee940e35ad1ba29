import { lexWords } from '../lexer.ts';
import { multiLine } from '../shape.ts';
import { findInCommand, findInParameter } from './command.ts';
import type { Span } from './span.ts';

/** Reads the lines that a program sends, in their order, for the secrets in them. */
export type ProgramLines = {
  /** The secrets in the next line, which is without its line end. */
  find(line: string): Span[];
  /** The daemon has asked for the password of its management interface: it stands alone in the next line. */
  askPassword(): void;
};

/** What the body of the last command is; `password` with one word is followed by base64, since OpenVPN 2.7.1. */
type Body = 'none' | 'lines' | 'password';

/** For one connection. */
export function createProgramLines(): ProgramLines {
  let passwords = 0;
  let body: Body = 'none';

  const find = (line: string): Span[] => {
    if (passwords > 0) {
      passwords--;
      return [[0, line.length]];
    }
    if (body !== 'none' && line === 'END') body = 'none';
    else if (body === 'lines') return findInParameter(line);
    // A daemon that is older takes no body, and what follows are commands again.
    else if (body === 'password' && /^[A-Za-z0-9+/]+={0,2}$/.test(line)) return [[0, line.length]];
    else body = bodyOf(line);
    return line === 'END' ? [] : findInCommand(line);
  };

  return {
    find,
    askPassword() {
      passwords++;
    },
  };
}

function bodyOf(line: string): Body {
  const lexed = lexWords(line);
  const words = 'words' in lexed ? lexed.words : [];
  if (words[0] === 'password' && words.length === 2) return 'password';
  return multiLine.has(words[0] ?? '') ? 'lines' : 'none';
}
