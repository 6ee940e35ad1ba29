import type { Command } from '../cli/command.ts';
import {
  type CompletedArgument,
  type CompletedCommand,
  type CompletedOption,
  type CompletedValue,
  completedCommand,
  leadingOptions,
  quoted,
} from './completed.ts';

/** A completion script for zsh, to be sourced or to lie in the fpath as `_ovpnkit`. */
export function zshCompletion(commands: readonly Command[]): string {
  const known = commands.map(completedCommand);
  return `#compdef ovpnkit
# Completes the command lines of ovpnkit in zsh: a file _ovpnkit in a folder of the fpath, or source <(ovpnkit completion zsh)

_ovpnkit_commands() {
  local -a commands=(
${known.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  _describe -t commands command commands
}

_ovpnkit_look_up() {
  local -a names=("\${(@f)$(_call_program names ovpnkit completion --list $1 2>/dev/null </dev/null)}")
  names=("\${(@)names:#}")
  compadd -a names
}

_ovpnkit_daemon() {
  if compset -P '*unix:'; then _files; else
    _ovpnkit_look_up daemon
    compadd -S '' unix: tcp: listen:
  fi
}

_ovpnkit() {
  local curcontext=$curcontext state line ret=1
  typeset -A opt_args
  _arguments -C -S \\
${leadingOptions.flatMap(optionSpecs).map(continued).join('\n')}
    '1: :_ovpnkit_commands' \\
    '*:: :->rest' && ret=0
  [[ $state == rest ]] || return ret
  curcontext=\${curcontext%:*}-$words[1]:
  case $words[1] in
${known.map(caseOf).join('\n')}
  esac
  return ret
}

if [[ $funcstack[1] == _ovpnkit ]]; then _ovpnkit "$@"; else compdef _ovpnkit ovpnkit; fi
`;
}

function caseOf({ name, options, arguments: args }: CompletedCommand): string {
  const specs = [...options.flatMap(optionSpecs), ...args.map(argumentSpec)];
  return `    ${name})
      _arguments -S \\
${specs.map((spec, index) => `        ${spec}${index < specs.length - 1 ? ' \\' : ' && ret=0'}`).join('\n')}
      ;;`;
}

const continued = (spec: string): string => `    ${spec} \\`;

function optionSpecs({ flags, summary, value, repeated }: CompletedOption): string[] {
  const others = repeated ? '*' : `(${flags.join(' ')})`;
  return flags.map(flag => {
    const long = flag.startsWith('--');
    const taken = value === undefined ? '' : long ? '=' : '+';
    const action = value === undefined ? '' : `:${escaped(value.name)}:${actionOf(value)}`;
    return quoted(`${others}${flag}${taken}[${escaped(summary)}]${action}`);
  });
}

function argumentSpec(argument: CompletedArgument, index: number): string {
  const place = argument.variadic ? '*' : String(index + 1);
  return quoted(`${place}:${escaped(argument.name)}:${actionOf(argument)}`);
}

/** What is special in a specification of _arguments. */
const escaped = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');

function actionOf({ offers }: CompletedValue): string {
  switch (offers) {
    case undefined:
      return ' ';
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    case 'user':
      return '_users';
    case 'command':
      return '_ovpnkit_commands';
    case 'daemon':
      return '_ovpnkit_daemon';
    case 'configuration':
    case 'configuration-path':
    case 'session':
    case 'session-path':
    case 'device':
      return `_ovpnkit_look_up ${offers}`;
    default:
      return `(${offers.map(word => word.replace(/:/g, '\\:')).join(' ')})`;
  }
}
