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

const severities: readonly (readonly [string, LogSeverity])[] = [
  ['F', 'fatal'],
  ['N', 'error'],
  ['W', 'warning'],
  ['I', 'info'],
  ['D', 'debug'],
];

/** A line `time,flags,text`, where the text may hold commas. `undefined` when it is not one. */
export function parseLogMessage(line: string): LogMessage | undefined {
  const [seconds = '', flags = '', text] = splitFields(line, ',', 3);
  const time = parseEpoch(seconds);
  if (time === undefined || text === undefined || !/^[A-Z]*$/.test(flags)) return undefined;
  return { time, flags, severity: severities.find(([flag]) => flags.includes(flag))?.[1], text };
}

/** What a server or a configuration file wrote with `echo`: a row of `echo` or an `>ECHO:` notification. */
export type EchoMessage = { readonly time: Date; readonly text: string };

/** A line `time,text`, where the text may hold commas. `undefined` when it is not one. */
export function parseEchoMessage(line: string): EchoMessage | undefined {
  const [seconds = '', text] = splitFields(line, ',', 2);
  const time = parseEpoch(seconds);
  return time === undefined || text === undefined ? undefined : { time, text };
}
