// The recorder was a Python program: values stand in the recordings as `repr` writes them.

export type Literal = string | number | boolean | readonly Literal[] | { readonly [key: string]: Literal };

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
const brackets: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' };

/** The value of one Python literal: tuples are lists, keys of a dict become strings. Throws on anything else. */
export function parsePythonLiteral(text: string): Literal {
  let at = 0;
  const fail = (wanted: string): never => {
    throw new Error(`${wanted} expected at ${at} of: ${text}`);
  };
  const take = (pattern: RegExp): string | undefined => {
    const sticky = new RegExp(pattern, 'y');
    sticky.lastIndex = at;
    const [found] = sticky.exec(text) ?? [];
    at += found?.length ?? 0;
    return found;
  };

  function value(): Literal {
    take(/ */);
    const open = take(/[[({]/);
    if (open === '{') return Object.fromEntries(items(open, entry));
    if (open !== undefined) return items(open, value);
    const word = take(/True|False|-?\d+(?:\.\d+)?/);
    if (word !== undefined) return word === 'True' || word === 'False' ? word === 'True' : Number(word);
    return unquote(take(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/) ?? fail('a value'));
  }

  function entry(): [string, Literal] {
    const key = String(value());
    take(/: */) ?? fail('a colon');
    return [key, value()];
  }

  function items<T>(open: string, item: () => T): T[] {
    const close = brackets[open] ?? '';
    const all: T[] = [];
    while (!text.startsWith(close, at)) {
      all.push(item());
      take(/, */) ?? (text.startsWith(close, at) || fail(close));
    }
    at += close.length;
    return all;
  }

  const result = value();
  if (at !== text.length) fail('the end');
  return result;
}

/** The values of a list or of a tuple; of anything else the one value that it is. */
export function parsePythonList(text: string): readonly Literal[] {
  const value = parsePythonLiteral(text);
  return Array.isArray(value) ? value : [value];
}

const unquote = (quoted: string): string =>
  quoted
    .slice(1, -1)
    .replace(/\\(?:x([\da-f]{2})|(.))/g, (_, hex?: string, character = '') =>
      hex === undefined ? (escapes[character] ?? character) : String.fromCharCode(Number.parseInt(hex, 16)),
    );
