import type { Command } from '../cli/command.ts';
import { globalOptions } from '../cli/global-options.ts';
import { type Group, groups } from '../cli/groups.ts';
import { exitCodes } from '../cli/outcome.ts';
import { optionTerm, optionText, shownOptions } from './option-text.ts';
import { definitions, helpWidth, wrap } from './wrap.ts';

/** What the program is, in a sentence. */
export const about =
  'Control of OpenVPN through both of its doors: the management interface of a daemon, and OpenVPN 3 on D-Bus.';

/** What `ovpnkit help` prints: every command by what it is for, options and exit codes. */
export function programHelp(commands: readonly Command[], width = helpWidth()): string {
  const column = Math.max(...commands.map(({ name }) => name.length));
  const options = [
    ...shownOptions(globalOptions).map(
      ([key, option]) => [optionTerm(key, option), optionText(option)] as const,
    ),
    ['-V, --version', 'print the version'],
    ['-h, --help', 'show this'],
  ] as const;
  const codes = Object.entries(exitCodes).map(([code, meaning]) => [code.padEnd(3), meaning] as const);
  const sections = [
    ['Usage: ovpnkit <command> [options]'],
    wrap(about, width),
    ...grouped(commands).map(({ title, members }) => [
      `${title}:`,
      ...definitions(
        members.map(({ name, summary }) => [name.padEnd(column), summary] as const),
        width,
        column,
      ),
    ]),
    ['Options:', ...definitions(options, width, 28)],
    ['Exit codes:', ...definitions(codes, width, 3)],
    wrap(
      '`ovpnkit help COMMAND` has the options of a command, and examples; so has `man ovpnkit-COMMAND`.',
      width,
    ),
  ];
  return `${sections.map(lines => lines.join('\n')).join('\n\n')}\n`;
}

/** The commands of each group, in the order of the groups. */
export function grouped(commands: readonly Command[]): { title: string; members: Command[] }[] {
  return (Object.keys(groups) as Group[]).map(group => ({
    title: groups[group].title,
    members: commands.filter(command => command.group === group),
  }));
}
