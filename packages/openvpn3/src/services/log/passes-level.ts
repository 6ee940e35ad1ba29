import { LogCategory, type LogCategoryName, passesLogLevel } from '../../contract/log.ts';

const names = new Map<number, LogCategoryName>(
  (Object.keys(LogCategory) as LogCategoryName[]).map(name => [LogCategory[name], name]),
);

/** Whether an event of this category is told at this log level. One that is not known here always is. */
export function passesLevel(category: number, level: number): boolean {
  const name = names.get(category);
  return name === undefined || name === 'UNDEFINED' || passesLogLevel(name, level);
}
