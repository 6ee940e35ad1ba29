import { Argument, Command as Commander, Option as CommanderOption, InvalidArgumentError } from 'commander';
import { commandHelp } from '../help/command-help.ts';
import { programHelp } from '../help/program-help.ts';
import { printable } from '../output/printable.ts';
import { parseAddress } from './address.ts';
import { type Command, flagsOf, type Option } from './command.ts';
import type { GlobalOptions } from './context.ts';
import { globalOptions } from './global-options.ts';
import { sentenceOf } from './sentence.ts';
import { unknownCommand } from './unknown-command.ts';
import { UsageError } from './usage-error.ts';

/** What the command line asks for. */
export type Invocation = {
  readonly command: Command;
  readonly global: GlobalOptions;
  readonly options: Record<string, unknown>;
  readonly args: readonly string[];
};

/** Reads a command line. Throws a UsageError, or what commander throws after it has printed help or what is wrong. */
export function parseCommandLine(
  commands: readonly Command[],
  args: readonly string[],
  version: string,
): Invocation | undefined {
  let invocation: Invocation | undefined;
  const program = new Commander('ovpnkit').version(version, '-V, --version').helpCommand(false);
  configure(program, () => programHelp(commands), globalOptions);
  for (const option of toOptions(globalOptions)) program.addOption(option);
  for (const command of commands) {
    const sub = program.command(command.name);
    const known = command.daemon ? { ...command.options, ...globalOptions } : command.options;
    configure(sub, () => commandHelp(command), known);
    for (const argument of command.arguments ?? []) {
      const name = argument.variadic ? `${argument.name}...` : argument.name;
      sub.addArgument(new Argument(argument.optional ? `[${name}]` : `<${name}>`));
    }
    for (const option of toOptions(command.options)) sub.addOption(option);
    sub.action(() => {
      invocation = {
        command,
        global: readGlobal(command, program.opts<Partial<GlobalOptions>>()),
        options: { ...switches(command.options), ...sub.opts() },
        args: sub.args,
      };
    });
  }
  // Commander shows all help there is to who misspells a command and asks for help.
  const [name] = program.parseOptions([...args]).operands;
  if (name !== undefined && !commands.some(command => command.name === name))
    throw unknownCommand(name, commands);
  program.parse(args, { from: 'user' });
  return invocation;
}

/** The environment counts for those commands alone that use what it says. */
function readGlobal(command: Command, given: Partial<GlobalOptions>): GlobalOptions {
  const { management, passwordFile, wait } = given;
  if (command.daemon) return { management: management ?? fromEnvironment(), passwordFile, wait };
  const [key] = Object.keys(given);
  if (key === undefined) return { management: undefined, passwordFile: undefined, wait: undefined };
  const [flag] = flagsOf(key, {} as Option);
  throw new UsageError(`'${command.name}' talks to no daemon, so it takes no ${flag}`);
}

function fromEnvironment(): GlobalOptions['management'] {
  const { env: name } = globalOptions.management;
  const text = process.env[name];
  if (text === undefined || text === '') return undefined; // an empty variable is one that is not set
  try {
    return parseAddress(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `option '--management <address>' value '${text}' from env '${name}' is invalid: ${error.message}`,
    );
  }
}

function configure(command: Commander, help: () => string, options: Readonly<Record<string, Option>>): void {
  command.exitOverride().configureHelp({ formatHelp: help }).showSuggestionAfterError(false);
  command.configureOutput({
    outputError: (text, write) =>
      write(
        `ovpnkit: ${printable(sentenceOf(text, command.parent ? command.name() : undefined, options))}\n`,
      ),
  });
}

function toOptions(options: Readonly<Record<string, Option>>): CommanderOption[] {
  return Object.entries(options).map(([key, option]) => {
    const made = new CommanderOption(`${flagsOf(key, option).join(', ')}${valueFlag(option)}`);
    if (option.default !== undefined) made.default(option.default);
    if (option.choices) made.choices(option.choices);
    const { parse } = option;
    if (parse) made.argParser(text => orInvalid(() => parse(text)));
    if (option.repeated) made.argParser((text, before: string[] = []) => [...before, text]);
    return made;
  });
}

function valueFlag({ value, optionalValue }: Option): string {
  if (value === undefined) return '';
  return optionalValue ? ` [${value}]` : ` <${value}>`;
}

/** Commander knows nothing of a switch that was not given; as its default `false` would be in the help. */
function switches(options: Readonly<Record<string, Option>>): Record<string, boolean> {
  const names = Object.keys(options).filter(key => options[key]?.value === undefined);
  return Object.fromEntries(names.map(key => [key, options[key]?.negated === true]));
}

/** Commander names the option in front of what is wrong with its value. */
function orInvalid<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof UsageError ? new InvalidArgumentError(error.message) : error;
  }
}
