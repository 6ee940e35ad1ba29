/** Controls, formats (bidi overrides and other invisible marks), line separators, lone surrogates. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Text that a peer chose (a common name, a log line), fit to be shown: it can neither control the terminal, nor break
 * the line, nor hide or reorder characters. What could is shown as `\x1b` or `\u{202e}`; a byte that is not UTF-8,
 * which the library delivers as a lone surrogate, as `\xff`. For eyes only: a backslash stays one, so there is no way back.
 */
export const printable = (text: string): string => text.replace(unsafe, show);

function show(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  return `\\u{${code.toString(16)}}`;
}
