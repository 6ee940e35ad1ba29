import { type ParseArgsConfig, parseArgs } from 'node:util';
import { DEFAULT_LOG_LEVEL, HIGHEST_LOG_LEVEL } from '../../contract/log.ts';

/** What every service can be told. */
export type ServiceOptions = {
  /** 0 to 6. */
  readonly logLevel: number;
  /** A path, or `stdout:`; in addition to what goes to the log service. */
  readonly logFile: string | undefined;
  readonly colour: boolean;
  /** After how many minutes without a call it ends; 0 for never. Undefined: as the service has it. */
  readonly idleExit: number | undefined;
  /** Where it keeps what must last. Undefined: as the service has it. */
  readonly stateDir: string | undefined;
  /** Whom it becomes when root starts it, with the user's primary group. */
  readonly user: string;
};

export type ServiceInvocation =
  | { readonly type: 'help' | 'version' }
  | { readonly type: 'refused'; readonly text: string }
  | { readonly type: 'run'; readonly options: ServiceOptions };

/** For `parseArgs`. A service that has options of its own spreads them in. */
export const serviceArguments = {
  'log-level': { type: 'string', default: String(DEFAULT_LOG_LEVEL) },
  'log-file': { type: 'string' },
  colour: { type: 'boolean', default: false },
  'idle-exit': { type: 'string' },
  'state-dir': { type: 'string' },
  user: { type: 'string', default: 'openvpn' },
  version: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies ParseArgsConfig['options'];

type ServiceValues = ReturnType<typeof parseArgs<{ options: typeof serviceArguments }>>['values'];

/** The lines of a `--help` that describe them. */
export const serviceUsage = `  --log-level 0-6             how much is logged (default: ${DEFAULT_LOG_LEVEL})
  --log-file FILE|stdout:     log there as well as over D-Bus
  --colour                    with colours
  --idle-exit MINUTES         end when nobody has called for so long; 0 for never
  --state-dir FOLDER          where to keep what must last
  --user NAME                 the user to become when started as root (default: openvpn)
  --version, --help
`;

/** Reads the command line of a service without options of its own, and does nothing else. */
export function parseServiceInvocation(args: readonly string[]): ServiceInvocation {
  try {
    return serviceInvocation(parseArgs({ args: [...args], options: serviceArguments }).values);
  } catch (error) {
    return { type: 'refused', text: error instanceof Error ? error.message : String(error) };
  }
}

/** What the values of {@link serviceArguments} say together. */
export function serviceInvocation(values: ServiceValues): ServiceInvocation {
  if (values.help) return { type: 'help' };
  if (values.version) return { type: 'version' };
  const { 'log-level': level, 'idle-exit': minutes, 'state-dir': stateDir } = values;
  if (!/^[0-6]$/.test(level))
    return { type: 'refused', text: `--log-level ${level} is not between 0 and ${HIGHEST_LOG_LEVEL}` };
  if (minutes !== undefined && !/^\d{1,4}$/.test(minutes))
    return { type: 'refused', text: `--idle-exit ${minutes} is no number of minutes between 0 and 9999` };
  if (stateDir !== undefined && !stateDir.startsWith('/'))
    return { type: 'refused', text: `--state-dir ${stateDir} is no absolute path; name the folder in full` };
  return {
    type: 'run',
    options: {
      logLevel: Number(level),
      logFile: values['log-file'],
      colour: values.colour,
      idleExit: minutes === undefined ? undefined : Number(minutes),
      stateDir,
      user: values.user,
    },
  };
}
