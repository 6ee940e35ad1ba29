import { DEFAULT_LOG_LEVEL, HIGHEST_LOG_LEVEL } from '../../contract/log.ts';

/** What the log service is set to: the keys of `log-service.json`, in its own spelling there. */
export type LogSettings = {
  /** 0 to 6, of what is written; not of what is forwarded. */
  readonly logLevel: number;
  readonly timestamp: boolean;
  /** A line about the sender before each line. */
  readonly dbusDetails: boolean;
  readonly prefixLogtag: boolean;
  readonly journald: boolean;
  /** A path, or `stdout:`. */
  readonly logFile: string;
  readonly colour: boolean;
  /** Minutes; 0 for never. */
  readonly idleExit: number;
  /** Keys that are not known here, which are kept. */
  readonly others: Readonly<Record<string, unknown>>;
};

export const defaultLogSettings: LogSettings = {
  logLevel: DEFAULT_LOG_LEVEL,
  timestamp: false,
  dbusDetails: false,
  prefixLogtag: true,
  journald: false,
  logFile: 'stdout:',
  colour: false,
  idleExit: 0,
  others: {},
};

/**
 * Reads `log-service.json`: JSON with whole lines of comments, numbers as numbers or as text. Throws an Error that says
 * what is wrong with it.
 */
export function parseLogSettings(text: string): LogSettings {
  const parsed: unknown = JSON.parse(text.replace(/^[ \t]*\/\/.*$/gm, ''));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Error('there is no JSON object in it');
  const values = new Map<string, unknown>(Object.entries(parsed));
  const take = (key: string): unknown => {
    const value = values.get(key);
    values.delete(key);
    return value;
  };
  const flag = (key: string): boolean => {
    const value = take(key) ?? false;
    if (typeof value !== 'boolean') throw wrong(key, value, 'true or false');
    return value;
  };
  const number = (key: string, initial: number, highest: number): number => {
    const value = take(key) ?? initial;
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (!Number.isInteger(number) || Number(number) < 0 || Number(number) > highest)
      throw wrong(key, value, `a number from 0 to ${highest}`);
    return Number(number);
  };
  const logFile = take('log_file') ?? defaultLogSettings.logFile;
  if (typeof logFile !== 'string' || logFile === '') throw wrong('log_file', logFile, 'a path or "stdout:"');
  return {
    logLevel: number('log_level', DEFAULT_LOG_LEVEL, HIGHEST_LOG_LEVEL),
    timestamp: flag('timestamp'),
    dbusDetails: flag('log_dbus_details'),
    prefixLogtag: !flag('no_logtag_prefix'),
    journald: flag('journald'),
    logFile,
    colour: flag('log_file_colour'),
    idleExit: number('idle_exit', 0, 24 * 60),
    others: Object.fromEntries(values),
  };
}

const wrong = (key: string, value: unknown, wanted: string): Error =>
  new Error(`"${key}" is ${JSON.stringify(value)}, where ${wanted} belongs`);

/** The file again. What is off is left out, because deployed programs take a flag that is there for one that is on. */
export function formatLogSettings(settings: LogSettings): string {
  const file = {
    ...settings.others,
    log_level: String(settings.logLevel),
    ...on('timestamp', settings.timestamp),
    ...on('log_dbus_details', settings.dbusDetails),
    ...on('no_logtag_prefix', !settings.prefixLogtag),
    ...on('journald', settings.journald),
    ...(settings.logFile === defaultLogSettings.logFile ? {} : { log_file: settings.logFile }),
    ...on('log_file_colour', settings.colour),
    ...(settings.idleExit === 0 ? {} : { idle_exit: String(settings.idleExit) }),
  };
  return `${JSON.stringify(file, undefined, '\t')}\n`;
}

const on = (key: string, value: boolean): Record<string, true> => (value ? { [key]: true } : {});
