import type { AccountsServer, ProfileKind } from '@ovpnkit/lab/testing';
import type { Recording } from './recordings.ts';

type Profile = {
  readonly kind: ProfileKind;
  /** Lines of the profile in place of others. */
  readonly replace?: readonly (readonly [RegExp, string])[];
  readonly lines?: readonly string[];
};

const verbose = [/^verb \d$/m, 'verb 6'] as const;

/** The profiles of the recordings, by the names that their configurations had. */
const profiles: Readonly<Record<string, Profile>> = {
  cert: { kind: 'cert', replace: [verbose] },
  'cert-v3': { kind: 'cert' },
  userpass: { kind: 'userpass', replace: [verbose] },
  static: {
    kind: 'static',
    replace: [verbose, [/^static-challenge ".*"/m, 'static-challenge "Enter your PIN"']],
  },
  enckey: { kind: 'encrypted-key', replace: [verbose] },
  // The deployed program makes an attempt every 10 s, whatever the profile says. All that is asked comes during one.
  noserver: { kind: 'unreachable', replace: [verbose], lines: ['connect-timeout 8'] },
  noremote: { kind: 'cert', replace: [verbose, [/^remote .*\n/m, '']] },
};

/** The name of the configuration that a recording used, as the program replied it or as a person typed it. */
export function configurationOf({ name, steps, cli }: Recording): string {
  const [, typed] = /^Using pre-loaded configuration profile '(.*)'$/m.exec(cli) ?? [];
  const replied = steps.flatMap(step =>
    step.kind === 'call' && step.member === 'RegistrationConfirmation' && step.outcome && 'ok' in step.outcome
      ? [String(step.outcome.ok[0])]
      : [],
  );
  return typed ?? replied[0] ?? (name === 'probes/config-error' ? 'noremote' : 'cert');
}

/** The text of a configuration, for a client of our server. */
export async function profileText(
  server: AccountsServer,
  configuration: string,
  client: number,
): Promise<string> {
  const profile = profiles[configuration];
  if (profile === undefined)
    throw new Error(`there is no profile here for the configuration ${configuration}`);
  const { kind, replace = [], lines = [] } = profile;
  const text = await server.profile(kind, { client, lines });
  return replace.reduce((changed, [line, by]) => changed.replace(line, by), text);
}
