import { type Argument, type Command, type Completion, flagsOf, type Option } from '../cli/command.ts';
import { globalOptions } from '../cli/global-options.ts';

/** An option as a shell completes it. */
export type CompletedOption = {
  /** `-c`, `--config`. */
  readonly flags: readonly string[];
  readonly summary: string;
  /** What follows it; `undefined` for a switch. */
  readonly value: CompletedValue | undefined;
  readonly repeated: boolean;
};

/** A value: what the help calls it, and what is offered for it; `undefined` for what only the user knows. */
export type CompletedValue = { readonly name: string; readonly offers: Completion | undefined };

export type CompletedArgument = CompletedValue & { readonly variadic: boolean };

export type CompletedCommand = {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  readonly arguments: readonly CompletedArgument[];
};

const help: CompletedOption = {
  flags: ['-h', '--help'],
  summary: 'show its help',
  value: undefined,
  repeated: false,
};

/** The options that may stand before a command. */
export const leadingOptions: readonly CompletedOption[] = [
  ...completedOptions(globalOptions),
  { ...help, flags: ['-V', '--version'], summary: 'print the version' },
  { ...help, summary: 'list the commands' },
];

/** What a shell has to know of a command. */
export function completedCommand({
  name,
  summary,
  options,
  daemon,
  arguments: args = [],
}: Command): CompletedCommand {
  return {
    name,
    summary,
    options: [...completedOptions(options), ...(daemon ? completedOptions(globalOptions) : []), help],
    arguments: args.map(completedArgument),
  };
}

function completedOptions(options: Readonly<Record<string, Option>>): CompletedOption[] {
  return Object.entries(options)
    .filter(([, { hidden }]) => !hidden)
    .map(([key, option]) => ({
      flags: flagsOf(key, option),
      summary: option.summary,
      // What may come without its value is offered none: the next word may be anything.
      value:
        option.value === undefined || option.optionalValue
          ? undefined
          : { name: option.value, offers: option.choices ?? option.completes },
      repeated: option.repeated === true,
    }));
}

const completedArgument = ({ name, completes, variadic }: Argument): CompletedArgument => ({
  name,
  offers: completes,
  variadic: variadic === true,
});

/** Within single quotes of a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
