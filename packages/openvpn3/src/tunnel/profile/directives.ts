import { allowedDirectives, inlineDirectives } from './allowed-directives.ts';
import { refusedDirectives } from './refused-directives.ts';
import { decidedDirectives, ignoredDirectives } from './unused-directives.ts';

/** What a profile may do with a directive. */
export type Rule =
  /** The daemon gets it. */
  | (Form & { readonly action: 'allow' })
  /** In this form it does no harm, and the daemon does not get it. */
  | (Form & { readonly action: 'ignore'; readonly reason: string })
  | { readonly action: 'refuse'; readonly reason: string };

type Form = {
  /** The parameters it may have: see `fitsUsage`. Undefined when it must be a block. */
  readonly usage: string | undefined;
  /** It may be a block. */
  readonly inline: boolean;
};

/**
 * Every directive that is known, by name; what is not here is refused. A profile comes from a user without rights, and
 * the daemon that runs it may change the network. `setenv` depends on the variable and is in `setenvRule`.
 */
export const directives: ReadonlyMap<string, Rule> = new Map([
  ...inlineDirectives.map((name): [string, Rule] => [
    name,
    { action: 'allow', usage: allowedDirectives[name], inline: true },
  ]),
  ...Object.entries(allowedDirectives)
    .filter(([name]) => !inlineDirectives.includes(name))
    .map(([name, usage]): [string, Rule] => [name, { action: 'allow', usage, inline: false }]),
  ...Object.entries(decidedDirectives).map(([name, [usage, reason]]): [string, Rule] => [
    name,
    // Credentials are the one thing of these that comes in blocks.
    { action: 'ignore', usage, inline: name.endsWith('-user-pass'), reason },
  ]),
  ...byReason(ignoredDirectives, reason => ({ action: 'ignore', usage: 'TEXT...', inline: true, reason })),
  ...byReason(refusedDirectives, reason => ({ action: 'refuse', reason })),
]);

function byReason(
  table: Readonly<Record<string, readonly string[]>>,
  rule: (reason: string) => Rule,
): [name: string, rule: Rule][] {
  return Object.entries(table).flatMap(([reason, names]) =>
    names.map((name): [string, Rule] => [name, rule(reason)]),
  );
}
