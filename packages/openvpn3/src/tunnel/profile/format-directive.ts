import { byteLength } from './byte-length.ts';
import type { Directive } from './parse-profile.ts';
import { ProfileError } from './profile-error.ts';

/** The daemon reads 256 bytes for each line, the newline and the end of the string among them. */
const maxLineBytes = 254;

/**
 * The directive as text, with a newline at the end. The daemon's lexer reads exactly the same words from it; a body goes
 * through as it is.
 *
 * @throws ProfileError when the daemon would cut the line
 */
export function formatDirective(directive: Directive): string {
  const { name, parameters, body, line, optional } = directive;
  if (body !== undefined) return `<${name}>\n${body}</${name}>\n`;
  const words = [optional ? `setenv opt ${name}` : name, ...parameters.map(quote)];
  const text = words.join(' ');
  if (byteLength(text) > maxLineBytes)
    throw new ProfileError(
      line,
      `'${name}' is longer than openvpn takes (${maxLineBytes} bytes); shorten it`,
    );
  return `${text}\n`;
}

const quote = (word: string): string => `"${word.replace(/["\\]/g, '\\$&')}"`;
