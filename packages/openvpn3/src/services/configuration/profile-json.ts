import { lexLine } from '@ovpnkit/management';
import type { Directive } from '../../tunnel/profile/parse-profile.ts';
import type { Json } from './styled-json.ts';

/** Always lists of lists, because each may come more than once. */
const multiple: readonly string[] = [
  'connection',
  'peer-fingerprint',
  'pull-filter',
  'remote',
  'route',
  'route-ipv6',
];

/** What a profile's comments of OpenVPN Access Server become: directives that no daemon knows. */
export const metaNames: readonly string[] = ['AUTOLOGIN', 'FRIENDLY_NAME', 'PROFILE', 'USERNAME'];

/**
 * A profile as FetchJSON has it: the parameters of each directive by its name, a block as one parameter, `null` for none,
 * and lists of lists for what comes more than once. Only the order is lost. OpenVPN 3 knows such lists for a few
 * directives alone; with `'last'` only the last of any other is kept, as it does.
 */
export function formatProfileJson(directives: readonly Directive[], repeated: 'all' | 'last' = 'all'): Json {
  const all = new Map<string, Json[][]>();
  for (const directive of directives) {
    const { name, parameters } = unblocked(directive);
    const uses = all.get(name);
    if (uses && (repeated === 'all' || multiple.includes(name))) uses.push(parameters);
    else all.set(name, [parameters]);
  }
  if (all.size === 0) return null;
  return Object.fromEntries(
    [...all].map(([name, uses]): [string, Json] => {
      const [first = []] = uses;
      if (multiple.includes(name) || uses.length > 1) return [name, uses];
      return [name, first.length === 0 ? null : first];
    }),
  );
}

function unblocked({ name, parameters, body, optional }: Directive): { name: string; parameters: string[] } {
  if (body !== undefined) return { name, parameters: [body] };
  if (optional && !metaNames.includes(name))
    return { name: 'setenv', parameters: ['opt', name, ...parameters] };
  return { name, parameters: [...parameters] };
}

/**
 * The directives of a stored profile, in the order of its members. Older forms are known too: a string is what stands
 * behind the name in a line, and a list of strings several such lines. Throws an Error when it is none of them.
 */
export function parseProfileJson(json: unknown): Directive[] {
  if (json === null || json === undefined) return [];
  if (typeof json !== 'object' || Array.isArray(json)) throw new Error("'profile' is no object");
  return Object.entries(json).flatMap(([name, value]) => usesOf(name, value));
}

function usesOf(name: string, value: unknown): Directive[] {
  if (value === null) return [directive(name, [])];
  if (typeof value === 'string') return [directive(name, wordsOf(name, value))];
  if (Array.isArray(value)) {
    if (value.every(isStrings) && value.length > 0) return value.map(each => directive(name, each));
    if (isStrings(value) && multiple.includes(name))
      return value.map(each => directive(name, wordsOf(name, each)));
    if (isStrings(value)) return [directive(name, value)];
  }
  throw new Error(`'profile' has no form that is known for '${name}'`);
}

function directive(name: string, parameters: readonly string[]): Directive {
  const [first] = parameters;
  const line = 0;
  // Only a block has line ends.
  if (first?.includes('\n'))
    return { name, parameters: [], body: first.endsWith('\n') ? first : `${first}\n`, line };
  return metaNames.includes(name) ? { name, parameters, line, optional: true } : { name, parameters, line };
}

/** A block is no line. */
function wordsOf(name: string, text: string): readonly string[] {
  if (text.includes('\n')) return [text];
  const lexed = lexLine(text);
  if ('error' in lexed) throw new Error(`'profile' has a line of '${name}' that cannot be read`);
  return lexed.words;
}

const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(each => typeof each === 'string');
