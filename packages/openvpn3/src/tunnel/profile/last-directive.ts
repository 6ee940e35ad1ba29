import type { Directive } from './parse-profile.ts';

/** The last directive of one of these names, which is the one that holds. */
export const lastDirective = (
  directives: readonly Directive[],
  ...names: readonly string[]
): Directive | undefined => directives.findLast(({ name }) => names.includes(name));
