import type { Command } from '../cli/command.ts';
import {
  type CompletedCommand,
  type CompletedOption,
  type CompletedValue,
  completedCommand,
  leadingOptions,
  quoted,
} from './completed.ts';

/** A completion script for bash. Names that it looks up are data to it and never evaluated. */
export function bashCompletion(commands: readonly Command[]): string {
  const known = commands.map(completedCommand);
  const leading: CompletedCommand = { name: '', summary: '', options: leadingOptions, arguments: [] };
  const all = [leading, ...known];
  return `# Completes the command lines of ovpnkit in bash: source <(ovpnkit completion bash)

_ovpnkit_commands='${known.map(({ name }) => name).join(' ')}'

# What follows option $2 of command $1, in \`offers\`; empty for a switch.
_ovpnkit_value() {
  offers=()
  case "$1 $2" in
${all.flatMap(({ name, options }) => options.flatMap(option => valueCase(name, option))).join('\n')}
  esac
}

# What the argument with number $2 of command $1 may be, in \`offers\`.
_ovpnkit_argument() {
  offers=()
  case "$1 $2" in
${known.flatMap(argumentCases).join('\n')}
  esac
}

# The options of command $1, in \`offers\`.
_ovpnkit_options() {
  case "$1" in
${all.map(({ name, options }) => `    ${quoted(name)}) offers=(words ${options.flatMap(({ flags }) => flags.slice(-1)).join(' ')}) ;;`).join('\n')}
  esac
}

_ovpnkit_add() {
  local word
  for word in "$@"; do
    if [[ $word == "$cur"* ]]; then COMPREPLY+=("$word"); fi
  done
}

# Adds what \`offers\` says.
_ovpnkit_offer() {
  local line
  case \${offers[0]} in
    words) _ovpnkit_add "\${offers[@]:1}" ;;
    look)
      while IFS= read -r line; do _ovpnkit_add "$line"; done \\
        < <("$program" completion --list "\${offers[1]}" 2>/dev/null </dev/null)
      # Names may have blanks and quotes, which bash writes for what it takes for files.
      if [[ \${offers[1]} != *path ]]; then compopt -o filenames 2>/dev/null; fi ;;
    daemon)
      offers=(look daemon)
      _ovpnkit_offer
      if [[ $cur == *unix:* ]]; then _ovpnkit_files -f "\${cur%%unix:*}unix:"; fi
      _ovpnkit_add unix: tcp: listen: ;;
    file) _ovpnkit_files -f ;;
    folder) _ovpnkit_files -d ;;
    user) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -u -- "$cur") ;;
  esac
}

# Files, behind $2.
_ovpnkit_files() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$2$line"); done < <(compgen "$1" -- "\${cur#"$2"}")
  compopt -o filenames 2>/dev/null
}

_ovpnkit() {
  local program=$1 cur= command= option= position=0 glued= word i
  local -a offers=() words=()
  COMPREPLY=()
  # bash cuts words at : and =; here they are whole again.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ \${#words[@]} -gt 0 && ( -n $glued || $word == [:=]* ) ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    glued=
    if [[ $word == [:=] ]]; then glued=1; fi
  done
  cur=\${words[\${#words[@]}-1]}
  for ((i = 0; i < \${#words[@]} - 1; i++)); do
    word=\${words[i]}
    if [[ -n $option ]]; then
      option=
    elif [[ $word == -* ]]; then
      if [[ $word != *=* ]]; then
        _ovpnkit_value "$command" "$word"
        if [[ \${#offers[@]} -gt 0 ]]; then option=$word; fi
      fi
    elif [[ -z $command ]]; then
      command=$word
    else
      position=$((position + 1))
    fi
  done
  local head=
  cur=\${cur#[\\"\\']}
  cur=\${cur//\\\\/}
  if [[ -z $option && $cur == --*=* ]]; then
    option=\${cur%%=*}
    head=$option=
    cur=\${cur#*=}
  fi
  if [[ -n $option ]]; then
    _ovpnkit_value "$command" "$option"
  elif [[ $cur == -* ]]; then
    _ovpnkit_options "$command"
  elif [[ -z $command ]]; then
    offers=(words $_ovpnkit_commands)
  else
    _ovpnkit_argument "$command" "$position"
  fi
  _ovpnkit_offer
  # bash replaces no more than what stands behind the last : or =.
  local cut=
  if [[ $COMP_WORDBREAKS == *=* ]]; then head=; fi
  if [[ $COMP_WORDBREAKS == *:* && $cur == *:* ]]; then cut=\${cur%"\${cur##*:}"}; fi
  for ((i = 0; i < \${#COMPREPLY[@]}; i++)); do COMPREPLY[i]=$head\${COMPREPLY[i]#"$cut"}; done
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[:.] ]]; then compopt -o nospace 2>/dev/null; fi
}

complete -F _ovpnkit ovpnkit
`;
}

function valueCase(command: string, { flags, value }: CompletedOption): string[] {
  if (value === undefined) return [];
  const patterns = flags.map(flag => quoted(`${command} ${flag}`)).join('|');
  return [`    ${patterns}) offers=(${offersOf(value)}) ;;`];
}

function argumentCases({ name, arguments: args }: CompletedCommand): string[] {
  return args.flatMap((argument, index) => {
    if (argument.offers === undefined) return [];
    const pattern = argument.variadic ? `${quoted(`${name} `)}*` : quoted(`${name} ${index}`);
    return [`    ${pattern}) offers=(${offersOf(argument)}) ;;`];
  });
}

function offersOf({ offers }: CompletedValue): string {
  switch (offers) {
    case undefined:
      return 'nothing';
    case 'file':
    case 'folder':
    case 'user':
    case 'daemon':
      return offers;
    case 'command':
      return 'words $_ovpnkit_commands';
    case 'configuration':
    case 'configuration-path':
    case 'session':
    case 'session-path':
    case 'device':
      return `look ${offers}`;
    default:
      return ['words', ...offers.map(quoted)].join(' ');
  }
}
