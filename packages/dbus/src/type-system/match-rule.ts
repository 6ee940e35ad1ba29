import { EncodeError } from './errors.ts';
import type { IncomingSignal } from './message.ts';
import { isBusName, isInterfaceName, isMemberName, isObjectPath } from './names.ts';

/** Which signals are wanted. What is left out matches anything. */
export type MatchRule = {
  /** A unique or a well-known name; of a well-known one, whoever owns it at the moment. */
  readonly sender?: string;
  readonly path?: string;
  /** This path and everything below it. */
  readonly pathNamespace?: string;
  readonly interface?: string;
  readonly member?: string;
  /** The first argument, a string. */
  readonly arg0?: string;
  /** The third argument, a string: of NameOwnerChanged the new owner. */
  readonly arg2?: string;
};

/** The rule as the bus reads it. Throws an EncodeError for a bad name. */
export function formatMatchRule(rule: MatchRule): string {
  check(rule.sender, isBusName, 'bus name');
  check(rule.path, isObjectPath, 'object path');
  check(rule.pathNamespace, isObjectPath, 'object path');
  check(rule.interface, isInterfaceName, 'interface name');
  check(rule.member, isMemberName, 'member name');
  const parts: [string, string | undefined][] = [
    ['type', 'signal'],
    ['sender', rule.sender],
    ['path', rule.path],
    ['path_namespace', rule.pathNamespace],
    ['interface', rule.interface],
    ['member', rule.member],
    ['arg0', rule.arg0],
    ['arg2', rule.arg2],
  ];
  return parts.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${quote(value)}`])).join(',');
}

/**
 * Whether a signal is one of those the rule wants. The bus has looked already, but signals sent to us alone need no
 * rule, and several rules share one connection. `owner` is the unique name behind `rule.sender`.
 */
export function matches(rule: MatchRule, owner: string | undefined, signal: IncomingSignal): boolean {
  return (
    (rule.sender === undefined || (owner !== undefined && signal.sender === owner)) &&
    (rule.path === undefined || signal.path === rule.path) &&
    (rule.pathNamespace === undefined || isBelow(signal.path, rule.pathNamespace)) &&
    (rule.interface === undefined || signal.interface === rule.interface) &&
    (rule.member === undefined || signal.member === rule.member) &&
    (rule.arg0 === undefined || signal.body?.[0] === rule.arg0) &&
    (rule.arg2 === undefined || signal.body?.[2] === rule.arg2)
  );
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || prefix === '/' || path.startsWith(`${prefix}/`);
}

function check(value: string | undefined, isValid: (text: string) => boolean, what: string): void {
  if (value !== undefined && !isValid(value))
    throw new EncodeError(`'${value}' in a match rule is no ${what}`);
}

/** An apostrophe ends the quotation, stands behind a backslash, and opens it again. */
function quote(value: string): string {
  if (value.includes('\0')) throw new EncodeError('a match rule cannot have a zero byte');
  return `'${value.replaceAll("'", "'\\''")}'`;
}
