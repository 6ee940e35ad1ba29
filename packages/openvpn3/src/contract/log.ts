export const LogGroup = {
  UNDEFINED: 0,
  MASTERPROC: 1,
  CONFIGMGR: 2,
  SESSIONMGR: 3,
  BACKENDSTART: 4,
  LOGGER: 5,
  BACKENDPROC: 6,
  CLIENT: 7,
  NETCFG: 8,
  EXTSERVICE: 9,
} as const;

export const LogCategory = {
  UNDEFINED: 0,
  DEBUG: 1,
  VERB2: 2,
  VERB1: 3,
  INFO: 4,
  WARN: 5,
  ERROR: 6,
  CRIT: 7,
  FATAL: 8,
} as const;

export type LogGroupName = keyof typeof LogGroup;
export type LogCategoryName = keyof typeof LogCategory;

export const DEFAULT_LOG_LEVEL = 3;
export const HIGHEST_LOG_LEVEL = 6;

/** The least grave category that each log level, 0 to 6, lets through. */
const lowest: readonly LogCategoryName[] = ['CRIT', 'ERROR', 'WARN', 'INFO', 'VERB1', 'VERB2', 'DEBUG'];

/** Whether a line of this category is told at this log level. CRIT and FATAL always are. */
export function passesLogLevel(category: LogCategoryName, level: number): boolean {
  const least = lowest[Math.min(Math.max(level, 0), HIGHEST_LOG_LEVEL)] ?? 'CRIT';
  return LogCategory[category] >= LogCategory[least];
}

/** What people read for a group, by its code. */
export const groupWords: readonly string[] = [
  '',
  'Master Process',
  'Config Manager',
  'Session Manager',
  'Backend Starter',
  'Logger',
  'Backend Session Process',
  'Client',
  'Network Configuration',
  'External Service',
];

/** What people read for a category, by its code. */
export const categoryWords: readonly string[] = [
  '',
  'DEBUG',
  'VERB2',
  'VERB1',
  'INFO',
  'WARNING',
  '-- ERROR --',
  '!! CRITICAL !!',
  '**!! FATAL !!**',
];
