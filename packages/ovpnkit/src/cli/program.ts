import { Argument, Command as Commander, Option as CommanderOption, InvalidArgumentError } from 'commander';
import { printable } from '../output/printable.ts';
import { parseAddress } from './address.ts';
import type { Command, Option } from './command.ts';
import type { GlobalOptions } from './context.ts';
import { parseSeconds } from './number.ts';
import { outcomes } from './outcome.ts';
import { UsageError } from './usage-error.ts';

/** What the command line asks for. */
export type Invocation = {
  readonly command: Command;
  readonly global: GlobalOptions;
  readonly options: Record<string, unknown>;
  readonly args: readonly string[];
};

const globalOptions: Readonly<Record<keyof GlobalOptions, Option>> = {
  management: {
    summary:
      'where the daemon is: unix:/path, tcp:host:port, or listen: before either for a daemon with management-client, which ends when ovpnkit does',
    value: 'address',
    parse: parseAddress,
    env: 'OVPNKIT_MANAGEMENT',
  },
  passwordFile: { summary: 'the file with the management password in its first line', value: 'file' },
  wait: {
    summary:
      'how long to wait for a daemon that is silent, such as one that looks up a name (default: 10 to be greeted, 30 for an answer)',
    value: 'seconds',
    parse: parseSeconds,
  },
};

/** Reads a command line. Throws what commander throws, after it has printed help or what is wrong. */
export function parseCommandLine(
  commands: readonly Command[],
  args: readonly string[],
  version: string,
): Invocation | undefined {
  let invocation: Invocation | undefined;
  const program = new Commander('ovpnkit')
    .description('Control of OpenVPN daemons over their management interface.')
    .version(version, '-V, --version', 'print the version')
    .addHelpText('after', `\nExit codes:\n${exitCodes()}`);
  configure(program);
  for (const option of toOptions(globalOptions)) program.addOption(option);
  for (const command of commands) {
    const sub = program.command(command.name).summary(command.summary);
    sub.description([`${command.summary}.`, ...(command.description ?? [])].join('\n\n'));
    configure(sub);
    for (const argument of command.arguments ?? []) {
      const name = argument.variadic ? `${argument.name}...` : argument.name;
      sub.addArgument(new Argument(argument.optional ? `[${name}]` : `<${name}>`, argument.summary));
    }
    for (const option of toOptions(command.options)) sub.addOption(option);
    const examples = command.examples.map(({ line, does }) => `  ${line}\n      ${does}`);
    if (examples.length > 0) sub.addHelpText('after', `\nExamples:\n${examples.join('\n')}`);
    sub.action(() => {
      const { management, passwordFile, wait } = program.opts<GlobalOptions>();
      const global = { management, passwordFile, wait };
      invocation = {
        command,
        global,
        options: { ...switches(command.options), ...sub.opts() },
        args: sub.args,
      };
    });
  }
  program.parse(args, { from: 'user' });
  return invocation;
}

function configure(command: Commander): void {
  command.exitOverride().configureHelp({ showGlobalOptions: true });
  command.configureOutput({
    outputError(text, write) {
      const lines = text
        .replace(/^error: /, '')
        .trimEnd()
        .split('\n');
      write(`ovpnkit: ${lines.map(printable).join('\n')}\n`);
    },
  });
}

function toOptions(options: Readonly<Record<string, Option>>): CommanderOption[] {
  return Object.entries(options).map(([key, option]) => {
    const name = key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
    const long = option.negated ? `--no-${name}` : `--${name}`;
    const flags = option.short === undefined ? long : `-${option.short}, ${long}`;
    const value = valueFlag(option);
    const made = new CommanderOption(`${flags}${value}`, option.summary);
    if (option.default !== undefined) made.default(option.default);
    // An empty variable is one that is not set.
    if (option.env !== undefined && process.env[option.env] !== '') made.env(option.env);
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
  return Object.fromEntries(names.map(key => [key, false]));
}

/** Commander names the option in front of what is wrong with its value. */
function orInvalid<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof UsageError ? new InvalidArgumentError(error.message) : error;
  }
}

function exitCodes(): string {
  return Object.values(outcomes)
    .map(({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}`)
    .join('\n');
}
