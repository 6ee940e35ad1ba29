import { categoryWords, groupWords } from '../../contract/log.ts';
import type { LogSettings } from './log-settings.ts';
import { passesLevel } from './passes-level.ts';

/** Who said a line. */
export type LogSource = {
  /** As `logTag` gives it. */
  readonly tag: string;
  /** The unique name. */
  readonly sender: string;
  readonly interface: string;
  readonly path: string;
  readonly pid: number | undefined;
};

export type LogLine = {
  readonly group: number;
  readonly category: number;
  readonly message: string;
  /** `undefined` for the log service itself. */
  readonly source: LogSource | undefined;
};

/**
 * An event as lines without their ends; none when the log level holds it back. Whatever a message contains, it cannot
 * be taken for another event: its further lines are indented, and its control characters are spelled out.
 */
export function formatLines(line: LogLine, settings: LogSettings, now: Date): string[] {
  const { group, category, message, source } = line;
  if (!passesLevel(category, settings.logLevel)) return [];
  const tag = source && settings.prefixLogtag ? `{tag:${source.tag}} ` : '';
  const heading = [
    groupWords[group] ?? `(group ${group})`,
    categoryWords[category] ?? `(category ${category})`,
  ];
  const said = `${tag}${heading.filter(Boolean).join(' ')}: ${message}`.split('\n');
  const details =
    source && settings.dbusDetails
      ? [
          `${tag}sender=${source.sender}, object_path=${source.path}, interface=${source.interface}, ` +
            `sender_pid=${source.pid ?? 'unknown'}`,
        ]
      : [];
  const start =
    (settings.journald ? `<${priorities[category] ?? NOTICE}>` : '') +
    (settings.timestamp ? `${localTime(now)}  ` : '');
  const sgr = settings.colour && !settings.journald ? colours[category] : undefined;
  return [...details, ...said.map((text, index) => (index === 0 ? text : `    ${text}`))].map(text => {
    const safe = start + spelledOut(text);
    return sgr === undefined ? safe : `\x1b[${sgr}m${safe}\x1b[0m`;
  });
}

/** Of syslog, by category. */
const priorities = [5, 7, 6, 6, 6, 4, 3, 2, 1];
const NOTICE = 5;

const colours = [undefined, 2, 36, 36, undefined, 33, 31, 31, 31];

const spelledOut = (text: string): string =>
  text.replace(
    /[\x00-\x08\x0a-\x1f\x7f-\x9f]/g,
    character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

/** `2026-11-21 20:00:33` */
function localTime(now: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `${date} ${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':')}`;
}
