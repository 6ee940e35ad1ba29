import { parseEpoch, splitFields } from './field.ts';

export type LogSeverity = 'fatal' | 'error' | 'warning' | 'info' | 'debug';

/** A line of the daemon's log: a row of `log` or a `>LOG:` notification. */
export type LogMessage = {
  readonly time: Date;
  /** The flags as sent, a subset of `I` `F` `N` `W` `D`, often empty. */
  readonly flags: string;
  /** What the flags say, the gravest first: F fatal, N error, W warning, I info, D debug; `undefined` without a flag. */
  readonly severity: LogSeverity | undefined;
  readonly text: string;
};

/** A line `time,flags,text`, where the text may hold commas. `undefined` when it is not one. */
export function parseLogMessage(line: string): LogMessage | undefined {
  const [first, second] = [line.indexOf(','), line.indexOf(',', line.indexOf(',') + 1)];
  if (first === -1 || second === -1) return undefined;
  const time = parseEpoch(line.slice(0, first));
  const flags = line.slice(first + 1, second);
  if (time === undefined || !/^[A-Z]*$/.test(flags)) return undefined;
  return { time, flags, severity: severityOf(flags), text: line.slice(second + 1) };
}

function severityOf(flags: string): LogSeverity | undefined {
  if (flags === '') return undefined;
  if (flags.includes('F')) return 'fatal';
  if (flags.includes('N')) return 'error';
  if (flags.includes('W')) return 'warning';
  if (flags.includes('I')) return 'info';
  return flags.includes('D') ? 'debug' : undefined;
}

/** What a server or a configuration file wrote with `echo`: a row of `echo` or an `>ECHO:` notification. */
export type EchoMessage = { readonly time: Date; readonly text: string };

/** A line `time,text`, where the text may hold commas. `undefined` when it is not one. */
export function parseEchoMessage(line: string): EchoMessage | undefined {
  const [seconds = '', text] = splitFields(line, ',', 2);
  const time = parseEpoch(seconds);
  return time === undefined || text === undefined ? undefined : { time, text };
}
