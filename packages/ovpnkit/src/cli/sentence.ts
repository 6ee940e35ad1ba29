import { flagsOf, type Option } from './command.ts';
import { nearNames, suggestion } from './near-names.ts';

/** What commander says of a wrong command line, as one sentence that ends with what to do. `command` is whose it is. */
export function sentenceOf(
  text: string,
  command: string | undefined,
  options: Readonly<Record<string, Option>>,
): string {
  const problem = text
    .replace(/^error: /, '')
    .trimEnd()
    .replace(/\.$/, '');
  const advice = `; see \`ovpnkit help${command === undefined ? '' : ` ${command}`}\``;
  const [, flag] = /^unknown option '(.*)'$/s.exec(problem) ?? [];
  if (flag !== undefined) return `${problem}${suggestion(nearNames(flag, longFlags(options))) || advice}`;
  const [, name] = /^missing required argument '(.*)'$/s.exec(problem) ?? [];
  if (name !== undefined) return `'${command}' needs the argument '${name}'${advice}`;
  const [, many, few] =
    /^too many arguments for '.*?'\. Expected (\d+) .*? but got (\d+)/s.exec(problem) ?? [];
  if (many !== undefined)
    return `too many arguments for '${command}': it takes ${takes(many)}, and got ${few}${advice}`;
  // The option that is invalid, and then why, as a sentence of its own.
  return problem.replace(/ is invalid\. (.)/s, (_, first: string) => ` is invalid: ${first.toLowerCase()}`);
}

const takes = (many: string): string => (many === '0' ? 'none' : many);

const longFlags = (options: Readonly<Record<string, Option>>): string[] => [
  '--help',
  ...Object.entries(options)
    .filter(([, { hidden }]) => !hidden)
    .map(([key, option]) => flagsOf(key, option).at(-1) ?? ''),
];
