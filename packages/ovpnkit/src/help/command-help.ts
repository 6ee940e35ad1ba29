import type { Command, Option } from '../cli/command.ts';
import { globalOptions } from '../cli/global-options.ts';
import { groups } from '../cli/groups.ts';
import { argumentTerm, optionTerm, optionText, shownOptions } from './option-text.ts';
import { definitions, foldCommand, helpWidth, wrap } from './wrap.ts';

const HELP: readonly (readonly [string, string])[] = [['-h, --help', 'show this']];
/** Terms that are longer stand alone. */
const WIDEST = 28;

/** What `ovpnkit help COMMAND` prints. */
export function commandHelp(command: Command, width = helpWidth()): string {
  const args = command.arguments ?? [];
  const options = shownOptions(command.options).map(toRow);
  const sections = [
    ['', [usageOf(command)]],
    ['', paragraphsOf(command).flatMap((text, index) => [...(index > 0 ? [''] : []), ...wrap(text, width)])],
    [
      'Arguments:',
      definitions(
        args.map(each => [argumentTerm(each), each.summary] as const),
        width,
        WIDEST,
      ),
    ],
    ['Options:', definitions([...options, ...HELP], width, WIDEST)],
    [
      'Where the daemon is:',
      command.daemon ? definitions(shownOptions(globalOptions).map(toRow), width, WIDEST) : [],
    ],
    ['Examples:', command.examples.flatMap(({ line, does }) => formatExample(line, does, width))],
  ] as const;
  const shown = sections.filter(([, lines]) => lines.length > 0);
  return `${shown.map(([title, lines]) => [...(title === '' ? [] : [title]), ...lines].join('\n')).join('\n\n')}\n`;
}

/** What a command does, the list's line first. */
export function paragraphsOf({ summary, description = [], group }: Command): string[] {
  const text = groups[group];
  const about = 'about' in text ? [text.about] : [];
  return [`${summary}.`, ...description, ...about];
}

/** `Usage: ovpnkit log [options] [number]`. */
export const usageOf = (command: Command): string =>
  ['Usage: ovpnkit', command.name, '[options]', ...(command.arguments ?? []).map(argumentTerm)].join(' ');

const toRow = ([key, option]: [string, Option]) => [optionTerm(key, option), optionText(option)] as const;

const formatExample = (line: string, does: string, width: number): string[] => [
  ...foldCommand(line, width - 2).map(each => `  ${each}`),
  ...wrap(does, width - 6).map(each => `      ${each}`),
];
