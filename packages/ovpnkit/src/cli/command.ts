import type { Context } from './context.ts';
import type { Group } from './groups.ts';
import type { Outcome } from './outcome.ts';

/** What a shell offers for a value: words, or something that it looks up. `daemon` is an address of one. */
export type Completion =
  | readonly string[]
  | 'file'
  | 'folder'
  | 'user'
  | 'command'
  | 'daemon'
  | 'configuration'
  | 'configuration-path'
  | 'session'
  | 'session-path'
  | 'device';

/** An option of a command. Its key is its name: `passwordFile` is `--password-file`. Without `value` it is a switch. */
export type Option = {
  readonly summary: string;
  /** One letter that stands for it: `c` is `-c`. */
  readonly short?: string;
  /** What the help calls its value. */
  readonly value?: string;
  /** It may come without its value, and is `true` then. */
  readonly optionalValue?: true;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** What a shell offers for its value, where that is not its choices. */
  readonly completes?: Completion;
  /** The value from its text. Throws a UsageError. */
  readonly parse?: (text: string) => unknown;
  readonly default?: unknown;
  /** An environment variable that stands in for it. */
  readonly env?: string;
  /** It may be given more than once, and its value is the list of them. */
  readonly repeated?: true;
  /** A switch that is on unless `--no-NAME` turns it off. */
  readonly negated?: true;
  /** For our own scripts: no help and no shell shows it. */
  readonly hidden?: true;
};

export type Argument = {
  readonly name: string;
  readonly summary: string;
  readonly completes?: Completion;
  /** It may be left out. */
  readonly optional?: true;
  /** It takes all that follow; the last argument only. */
  readonly variadic?: true;
};

export type Example = { readonly line: string; readonly does: string };

/** One command of the program, as data: the help, the parser, the manual and the shells' completion all come from it. */
export type Command = {
  readonly name: string;
  /** Where the list of commands has it. */
  readonly group: Group;
  /** It talks to a daemon, so that it takes the options that say where that is. */
  readonly daemon?: true;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Paragraphs that the command's own help has beyond the summary. */
  readonly description?: readonly string[];
  readonly arguments?: readonly Argument[];
  readonly options: Readonly<Record<string, Option>>;
  readonly examples: readonly Example[];
  /** What it loads it loads when it runs. Connections that it opened with the context are closed behind it. */
  run(context: Context, options: Record<string, unknown>, args: readonly string[]): Promise<Outcome>;
};

type Parsed<O extends Option> = O extends { readonly repeated: true }
  ? readonly string[]
  : O extends { readonly optionalValue: true }
    ? ParsedOnce<O> | true
    : ParsedOnce<O>;

type ParsedOnce<O extends Option> = O extends { readonly parse: (text: string) => infer V }
  ? V
  : O extends { readonly choices: readonly (infer C)[] }
    ? C
    : O extends { readonly value: string }
      ? string
      : boolean;

type IsSettled<O extends Option> = O extends { readonly default: unknown }
  ? true
  : O extends { readonly value: string }
    ? false
    : true;

/** What a command's run gets for its options: `undefined` where nothing was given and there is no default. */
export type OptionValues<O extends Readonly<Record<string, Option>>> = {
  readonly [K in keyof O]: IsSettled<O[K]> extends true ? Parsed<O[K]> : Parsed<O[K]> | undefined;
};

/** A command whose run knows the types of its options. */
export function defineCommand<const O extends Readonly<Record<string, Option>>>(
  command: Omit<Command, 'options' | 'run'> & {
    readonly options: O;
    run(context: Context, options: OptionValues<O>, args: readonly string[]): Promise<Outcome>;
  },
): Command {
  return command as Command;
}

/** `passwordFile` is `password-file`. */
export const optionName = (key: string): string =>
  key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);

/** What is typed for an option, its letter first: `-c`, `--config`. */
export function flagsOf(key: string, { short, negated }: Option): string[] {
  const long = `--${negated ? 'no-' : ''}${optionName(key)}`;
  return short === undefined ? [long] : [`-${short}`, long];
}
