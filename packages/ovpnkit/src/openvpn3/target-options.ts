import type { Option } from '../cli/command.ts';
import { UsageError } from '../cli/usage-error.ts';

/** An object path of the bus, whose like the bus would disconnect us for otherwise. */
function parseObjectPath(text: string): string {
  if (/^\/([A-Za-z0-9_]+(\/[A-Za-z0-9_]+)*)?$/.test(text)) return text;
  throw new UsageError('it must be an object path, such as the lists print them');
}

export const configurationPath = {
  value: 'path',
  parse: parseObjectPath,
  completes: 'configuration-path',
} as const;
export const sessionPath = { value: 'path', parse: parseObjectPath, completes: 'session-path' } as const;
export const device = { value: 'device', completes: 'device' } as const;

/** Which configuration a command is about. */
export const configurationOptions = {
  config: {
    short: 'c',
    summary: 'the name of the configuration',
    value: 'name',
    completes: 'configuration',
  },
  path: { short: 'o', summary: 'its object path, instead of the name', ...configurationPath },
  configPath: { summary: 'the same as --path', ...configurationPath },
} as const satisfies Record<string, Option>;

/** Which session a command is about. */
export const sessionOptions = {
  config: {
    short: 'c',
    summary: 'the name of the configuration that the session was started with',
    value: 'name',
    completes: 'session',
  },
  path: { short: 'o', summary: "the session's object path, instead of a name", ...sessionPath },
  sessionPath: { summary: 'the same as --path', ...sessionPath },
  interface: { short: 'I', summary: 'the network device of the session, instead of a name', ...device },
} as const satisfies Record<string, Option>;

/** A user, and another. */
const users = { value: 'user', completes: 'user', repeated: true } as const;

/** Who may use what a command is about. */
export const accessOptions = {
  show: { short: 's', summary: 'show who may use it' },
  grant: { short: 'G', summary: 'let this user use it: a name or a uid', ...users },
  revoke: { short: 'R', summary: 'no longer let this user use it', ...users },
} as const satisfies Record<string, Option>;

export const jsonOption = { summary: 'print JSON' } as const satisfies Option;
