import type { Directive } from '../../tunnel/profile/parse-profile.ts';

/**
 * Directives as a profile, in the form that OpenVPN 3 has for them: one a line, words quoted only where they must be, an
 * empty line behind each block. `parseProfile` reads the same directives from it.
 */
export const formatProfile = (directives: readonly Directive[]): string =>
  directives.map(formatLine).join('');

function formatLine({ name, parameters, body, optional }: Directive): string {
  if (body !== undefined) return `<${name}>\n${body}</${name}>\n\n`;
  const words = optional ? ['setenv', 'opt', name, ...parameters] : [name, ...parameters];
  return `${words.map(quote).join(' ')}\n`;
}

const quote = (word: string): string =>
  /^[^\s"'\\#;]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
