// Signatures at run time: text to a tree of types, within the limits of the specification.

/** A parsed type. `code` is the signature of this one complete type. */
export type Type =
  | { readonly kind: 'basic'; readonly code: BasicCode }
  | { readonly kind: 'variant'; readonly code: 'v' }
  | { readonly kind: 'bytes'; readonly code: 'ay' }
  | { readonly kind: 'array'; readonly code: string; readonly element: Type }
  | { readonly kind: 'dict'; readonly code: string; readonly key: Type; readonly value: Type }
  | { readonly kind: 'struct'; readonly code: string; readonly fields: readonly Type[] };

export type BasicCode = 'y' | 'b' | 'n' | 'q' | 'i' | 'u' | 'x' | 't' | 'd' | 's' | 'o' | 'g' | 'h';

const BASIC = 'ybnqiuxtdsogh';
const LONGEST = 255;
const DEEPEST = 32;

// Signatures repeat on every message. Peers choose some of them, so what is remembered is bounded.
const known = new Map<string, readonly Type[]>();
const MOST_KNOWN = 500;

/** The complete types of a signature, `[]` for an empty one; `undefined` when it is none. */
export function parseSignature(text: string): readonly Type[] | undefined {
  const found = known.get(text);
  if (found) return found;
  if (text.length > LONGEST) return undefined;
  const types: Type[] = [];
  for (let at = 0; at < text.length; ) {
    const type = parseType(text, at, 0, 0);
    if (!type) return undefined;
    types.push(type);
    at += type.code.length;
  }
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(text, types);
  return types;
}

/** The type of a signature that has exactly one; `undefined` otherwise. */
export function parseSingleType(text: string): Type | undefined {
  const types = parseSignature(text);
  return types?.length === 1 ? types[0] : undefined;
}

function parseType(text: string, at: number, arrays: number, structs: number): Type | undefined {
  if (arrays > DEEPEST || structs > DEEPEST) return undefined;
  const code = text[at] ?? '';
  if (isBasic(code)) return { kind: 'basic', code };
  switch (code) {
    case 'v':
      return { kind: 'variant', code };
    case 'a':
      if (text[at + 1] === 'y') return arrays < DEEPEST ? { kind: 'bytes', code: 'ay' } : undefined;
      if (text[at + 1] === '{') return parseDict(text, at, arrays + 1, structs);
      return parseArray(text, at, arrays + 1, structs);
    case '(':
      return parseStruct(text, at, arrays, structs + 1);
    default:
      return undefined;
  }
}

function parseArray(text: string, at: number, arrays: number, structs: number): Type | undefined {
  const element = parseType(text, at + 1, arrays, structs);
  return element && { kind: 'array', code: `a${element.code}`, element };
}

function parseDict(text: string, at: number, arrays: number, structs: number): Type | undefined {
  const key = parseType(text, at + 2, arrays, structs);
  if (key?.kind !== 'basic') return undefined;
  const value = parseType(text, at + 3, arrays, structs);
  if (!value || text[at + 3 + value.code.length] !== '}') return undefined;
  return { kind: 'dict', code: `a{${key.code}${value.code}}`, key, value };
}

function parseStruct(text: string, at: number, arrays: number, structs: number): Type | undefined {
  const fields: Type[] = [];
  let next = at + 1;
  while (text[next] !== ')') {
    const field = parseType(text, next, arrays, structs);
    if (!field) return undefined;
    fields.push(field);
    next += field.code.length;
  }
  return fields.length > 0 ? { kind: 'struct', code: text.slice(at, next + 1), fields } : undefined;
}

function isBasic(code: string): code is BasicCode {
  return code !== '' && BASIC.includes(code);
}
