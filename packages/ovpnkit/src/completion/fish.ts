import type { Command } from '../cli/command.ts';
import {
  type CompletedArgument,
  type CompletedOption,
  type CompletedValue,
  completedCommand,
  leadingOptions,
} from './completed.ts';

/** A completion script for fish. */
export function fishCompletion(commands: readonly Command[]): string {
  const known = commands.map(completedCommand);
  const valued = [{ name: '', options: leadingOptions }, ...known].flatMap(({ name, options }) =>
    options
      .filter(({ value }) => value !== undefined)
      .flatMap(({ flags }) => flags.map(flag => quoted(`${name} ${flag}`))),
  );
  const lines = [
    ...leadingOptions.map(option => optionLine(`__ovpnkit_at ''`, option)),
    ...known.map(({ name, summary }) => `${START} -n "__ovpnkit_at ''" -a ${name} -d ${quoted(summary)}`),
    ...known.flatMap(({ name, options, arguments: args }) => [
      ...options.map(option => optionLine(`__ovpnkit_at ${name}`, option)),
      ...args.flatMap((argument, index) => argumentLine(name, argument, index)),
    ]),
  ];
  return `# Completes the command lines of ovpnkit in fish: ~/.config/fish/completions/ovpnkit.fish

# The options that a value follows, with their commands.
set -g __ovpnkit_valued ${valued.join(' ')}

# Whether the cursor is in command $argv[1], and at its argument with number $argv[2] if that is given.
function __ovpnkit_at
    set -l words (commandline -opc)
    set -l command ''
    set -l position 0
    set -l follows 0
    for word in $words[2..-1]
        if test $follows = 1
            set follows 0
        else if string match -q -- '-*' $word
            contains -- "$command $word" $__ovpnkit_valued; and set follows 1
        else if test -z "$command"
            set command $word
        else
            set position (math $position + 1)
        end
    end
    test "$command" = "$argv[1]"; or return 1
    test (count $argv) -lt 2; or test $position = $argv[2]
end

function __ovpnkit_look_up
    ovpnkit completion --list $argv[1] 2>/dev/null </dev/null
end

function __ovpnkit_daemon
    __ovpnkit_look_up daemon
    printf '%s\\n' unix: tcp: listen:
end

${START}
${lines.join('\n')}
`;
}

const START = 'complete -c ovpnkit -f';

function optionLine(condition: string, { flags, summary, value }: CompletedOption): string {
  const names = flags
    .map(flag => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
    .join(' ');
  const line = `complete -c ovpnkit -n ${doubleQuoted(condition)} ${names} -d ${quoted(summary)}`;
  return value === undefined ? `${line} -f` : `${line} -r ${offersOf(value)}`;
}

function argumentLine(command: string, argument: CompletedArgument, index: number): string[] {
  if (argument.offers === undefined) return [];
  const at = argument.variadic ? command : `${command} ${index}`;
  return [`complete -c ovpnkit -n ${doubleQuoted(`__ovpnkit_at ${at}`)} ${offersOf(argument)}`];
}

function offersOf({ offers }: CompletedValue): string {
  switch (offers) {
    case undefined:
      return '-f';
    case 'file':
      return '-F';
    case 'folder':
      return "-f -a '(__fish_complete_directories)'";
    case 'user':
      return "-f -a '(__fish_complete_users)'";
    case 'command':
      return '-f -a \'(complete -C "ovpnkit ")\'';
    case 'daemon':
      return "-F -a '(__ovpnkit_daemon)'";
    case 'configuration':
    case 'configuration-path':
    case 'session':
    case 'session-path':
    case 'device':
      return `-f -a '(__ovpnkit_look_up ${offers})'`;
    default:
      return `-f -a ${quoted(offers.join(' '))}`;
  }
}

/** Within single quotes of fish. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
const doubleQuoted = (text: string): string => `"${text}"`;
