import type { Option } from '../cli/command.ts';

/** Which configuration a command is about. */
export const configurationOptions = {
  config: { short: 'c', summary: 'the name of the configuration', value: 'name' },
  path: { short: 'o', summary: 'its object path, instead of the name', value: 'path' },
  configPath: { summary: 'the same as --path', value: 'path' },
} as const satisfies Record<string, Option>;

/** Which session a command is about. */
export const sessionOptions = {
  config: {
    short: 'c',
    summary: 'the name of the configuration that the session was started with',
    value: 'name',
  },
  path: { short: 'o', summary: "the session's object path, instead of a name", value: 'path' },
  sessionPath: { summary: 'the same as --path', value: 'path' },
  interface: { short: 'I', summary: 'the network device of the session, instead of a name', value: 'device' },
} as const satisfies Record<string, Option>;

/** Who may use what a command is about. */
export const accessOptions = {
  show: { short: 's', summary: 'show who may use it' },
  grant: { short: 'G', summary: 'let this user use it: a name or a uid', value: 'user', repeated: true },
  revoke: { short: 'R', summary: 'no longer let this user use it', value: 'user', repeated: true },
} as const satisfies Record<string, Option>;

export const jsonOption = { summary: 'print JSON' } as const satisfies Option;
