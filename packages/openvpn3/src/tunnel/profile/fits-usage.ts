/** The words in capitals of a usage line. None of them lets a path through to a directive that would open it. */
const classes: ReadonlyMap<string, RegExp> = new Map([
  ['NUMBER', /^-?\d{1,15}$/],
  ['PORT', /^\d{1,5}$/],
  ['HOST', /^[^\s/]+$/],
  ['ADDRESS', /^[\w.:%/-]+$/],
  ['NAME', /^[\w.:+[\]-]+$/],
  ['LIST', /^[\w.:+=@!?*, -]+$/],
  ['PROTOCOL', /^(udp|tcp|tcp-client)$|^(udp|tcp)[46]$|^tcp[46]-client$/],
  ['TUN', /^(?!tap)/],
  ['TEXT', /^/],
]);

/**
 * Whether the parameters are what a usage line lets them be, such as `HOST PORT? udp|tcp?`: words in capitals are classes,
 * others stand for themselves, `|` is between alternatives, `?` behind what may be missing at the end, and `...` behind
 * what may come any number of times.
 */
export function fitsUsage(usage: string, parameters: readonly string[]): boolean {
  const words = usage === '' ? [] : usage.split(' ');
  const last = words.at(-1);
  const repeated = last?.endsWith('...') ? last.slice(0, -3) : undefined;
  const single = repeated === undefined ? words : words.slice(0, -1);
  if (parameters.length < single.filter(word => !word.endsWith('?')).length) return false;
  return parameters.every((parameter, index) => {
    const expected = single[index]?.replace(/\?$/, '') ?? repeated;
    return expected?.split('|').some(each => isA(parameter, each));
  });
}

const isA = (parameter: string, expected: string): boolean =>
  classes.get(expected)?.test(parameter) ?? parameter === expected;
