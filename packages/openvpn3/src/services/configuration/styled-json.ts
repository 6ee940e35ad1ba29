export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON as OpenVPN 3 writes it: tabs, a blank around the colon, the members sorted. Nothing comes behind the last line. */
export function formatStyledJson(value: Json, indent = ''): string {
  const inner = `${indent}\t`;
  const block = (open: string, lines: readonly string[], close: string): string =>
    lines.length === 0
      ? `${open}${close}`
      : `${open}\n${lines.map(line => inner + line).join(',\n')}\n${indent}${close}`;
  if (Array.isArray(value))
    return block(
      '[',
      value.map(each => formatStyledJson(each, inner)),
      ']',
    );
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return block(
    '{',
    members.map(([key, each]) => {
      const behind = isNested(each) ? ` \n${inner}` : ' ';
      return `${JSON.stringify(key)} :${behind}${formatStyledJson(each, inner)}`;
    }),
    '}',
  );
}

const isNested = (value: Json): boolean =>
  value !== null && typeof value === 'object' && Object.keys(value).length > 0;
