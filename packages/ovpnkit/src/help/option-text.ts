import { type Argument, flagsOf, type Option } from '../cli/command.ts';

/** `-c, --config <name>`, and the same without a letter below it. */
export function optionTerm(key: string, option: Option): string {
  const flags = flagsOf(key, option);
  const value =
    option.value === undefined ? '' : ` ${option.optionalValue ? `[${option.value}]` : `<${option.value}>`}`;
  return `${flags.length === 1 ? '    ' : ''}${flags.join(', ')}${value}`;
}

/** What an option does, its choices, default and variable behind it. */
export function optionText({ summary, choices, default: preset, repeated, env }: Option): string {
  const notes = [
    ...(choices ? [choices.join(', ')] : []),
    ...(preset === undefined ? [] : [`default: ${preset}`]),
    ...(repeated ? ['may be repeated'] : []),
    ...(env === undefined ? [] : [`env: ${env}`]),
  ];
  return notes.length === 0 ? summary : `${summary} (${notes.join('; ')})`;
}

/** `<target...>`, `[action]`. */
export function argumentTerm({ name, optional, variadic }: Argument): string {
  const text = variadic ? `${name}...` : name;
  return optional ? `[${text}]` : `<${text}>`;
}

/** The options that the help shows, by their keys. */
export const shownOptions = (options: Readonly<Record<string, Option>>): [string, Option][] =>
  Object.entries(options).filter(([, { hidden }]) => !hidden);
