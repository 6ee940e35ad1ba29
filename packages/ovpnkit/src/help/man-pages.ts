import type { Command, Option } from '../cli/command.ts';
import { globalOptions } from '../cli/global-options.ts';
import { exitCodes } from '../cli/outcome.ts';
import { paragraphsOf } from './command-help.ts';
import { argumentTerm, optionTerm, optionText, shownOptions } from './option-text.ts';
import { about, grouped } from './program-help.ts';
import { roff, roffList, roffParagraph, roffVerbatim } from './roff.ts';
import { foldCommand } from './wrap.ts';

/** What a page says of itself: the version of the program, and the day as `2026-11-28`. */
export type Edition = { readonly version: string; readonly date: string };

/** Every manual page of the program, by the name of its file: one for all, and one for each command. */
export function manPages(commands: readonly Command[], edition: Edition): Map<string, string> {
  return new Map([
    ['ovpnkit.1', programPage(commands, edition)],
    ...commands.map(command => [`ovpnkit-${command.name}.1`, commandPage(command, edition)] as const),
  ]);
}

function programPage(commands: readonly Command[], edition: Edition): string {
  return page('ovpnkit', edition, [
    ['NAME', ['ovpnkit \\- control of OpenVPN daemons, and of OpenVPN 3 on D\\-Bus']],
    ['SYNOPSIS', ['\\fBovpnkit\\fR \\fIcommand\\fR [\\fIoptions\\fR]']],
    ['DESCRIPTION', [roff(about), ...whereTheDaemonIs.flatMap(roffParagraph)]],
    [
      'COMMANDS',
      grouped(commands).flatMap(({ title, members }) => [
        `.SS "${roff(title)}"`,
        ...members.flatMap(({ name, summary }) => [
          '.TP',
          `\\fBovpnkit\\-${roff(name)}\\fR(1)`,
          roff(summary),
        ]),
      ]),
    ],
    [
      'OPTIONS',
      roffList([
        ...shownOptions(globalOptions).map(toRow),
        ['-V, --version', 'print the version'],
        ['-h, --help', 'list the commands'],
      ]),
    ],
    ['EXIT STATUS', roffList(Object.entries(exitCodes))],
    ['ENVIRONMENT', roffList(environment)],
    ['SEE ALSO', ['\\fBopenvpn\\fR(8)']],
  ]);
}

function commandPage(command: Command, edition: Edition): string {
  const { name, summary, arguments: args = [], options, daemon, examples } = command;
  const [, ...paragraphs] = paragraphsOf(command);
  const terms = args.map(argumentTerm).map(term => `\\fI${roff(term.replace(/^<|>$/g, ''))}\\fR`);
  return page(`ovpnkit-${name}`, edition, [
    [
      'NAME',
      [`ovpnkit\\-${roff(name)} \\- ${roff(`${summary.slice(0, 1).toLowerCase()}${summary.slice(1)}`)}`],
    ],
    ['SYNOPSIS', [[`\\fBovpnkit ${roff(name)}\\fR [\\fIoptions\\fR]`, ...terms].join(' ')]],
    ['DESCRIPTION', [roff(`${summary}.`), ...paragraphs.flatMap(roffParagraph)]],
    ['ARGUMENTS', roffList(args.map(each => [argumentTerm(each), each.summary]))],
    [
      'OPTIONS',
      roffList([
        ...shownOptions(options).map(toRow),
        ...(daemon ? shownOptions(globalOptions).map(toRow) : []),
        ['-h, --help', 'show all this'],
      ]),
    ],
    [
      'EXAMPLES',
      examples.flatMap(({ line, does }) => [
        ...roffParagraph(`${does.slice(0, 1).toUpperCase()}${does.slice(1)}:`),
        ...roffVerbatim(foldCommand(line, 72)),
      ]),
    ],
    ['EXIT STATUS', ['The codes of all commands are in \\fBovpnkit\\fR(1).']],
    ['SEE ALSO', ['\\fBovpnkit\\fR(1), \\fBopenvpn\\fR(8)']],
  ]);
}

const whereTheDaemonIs = [
  'A command that talks to a daemon takes its address from --management, or from OVPNKIT_MANAGEMENT. Without either it looks for sockets in the folders /run/openvpn* and /run/ovpnkit, at their names and types alone, and takes the only one that there is, which it says. Of a daemon and a hub whose sockets have the same name it takes the hub.',
  "A daemon has a management socket when its configuration has a line such as 'management /run/openvpn/server.sock unix'.",
];

const environment = [
  ['OVPNKIT_MANAGEMENT', 'stands in for --management'],
  ['OVPNKIT_OPENVPN', 'the openvpn program that is started'],
  ['DBUS_SYSTEM_BUS_ADDRESS', 'where the services of OpenVPN 3 are'],
  ['NO_COLOR, FORCE_COLOR', 'no colours, or colours, whatever the output is'],
  ['NODE_DEBUG=ovpnkit', 'shows where an error came from'],
] as const;

const toRow = ([key, option]: [string, Option]) => [optionTerm(key, option), optionText(option)] as const;

type Section = readonly [title: string, lines: readonly string[]];

function page(name: string, { version, date }: Edition, sections: readonly Section[]): string {
  const head = `.TH ${roff(name.toUpperCase())} 1 ${date} "ovpnkit ${version}" "ovpnkit"`;
  const body = sections
    .filter(([, lines]) => lines.length > 0)
    .flatMap(([title, lines]) => [
      `.SH ${title}`,
      // A paragraph that begins a section does so by itself.
      ...(lines[0] === '.PP' ? lines.slice(1) : lines),
    ]);
  return `${[head, ...body].join('\n')}\n`;
}
