import { DBusError } from '@ovpnkit/dbus';
import type { Configuration, Configurations, Session, Sessions } from '@ovpnkit/openvpn3';
import type { Outcome } from '../cli/outcome.ts';
import { UsageError } from '../cli/usage-error.ts';
import { DeployedFailure } from './command-failure.ts';

export type ConfigurationTarget = {
  readonly config: string | undefined;
  readonly path: string | undefined;
  readonly configPath: string | undefined;
};

export type SessionTarget = {
  readonly config: string | undefined;
  readonly path?: string | undefined;
  readonly sessionPath: string | undefined;
  readonly interface: string | undefined;
};

/** What a command line says of a configuration, before anybody is asked for it. */
export type NamedConfiguration = { readonly path: string } | { readonly name: string };

/** The same of a session. */
export type NamedSession = NamedConfiguration | { readonly device: string };

/** Throws a UsageError when the options of a command name no configuration. */
export function namedConfiguration({ config, path, configPath }: ConfigurationTarget): NamedConfiguration {
  const at = path ?? configPath;
  if (at !== undefined) return { path: at };
  if (config !== undefined) return { name: config };
  throw new UsageError('say which configuration, with --config or --path');
}

/** Throws a UsageError when the options of a command name no session. */
export function namedSession({ config, path, sessionPath, interface: device }: SessionTarget): NamedSession {
  const at = path ?? sessionPath;
  if (at !== undefined) return { path: at };
  if (device !== undefined) return { device };
  if (config !== undefined) return { name: config };
  throw new UsageError('say which session, with --config, --path or --interface');
}

/** The configuration that a command line names. */
export async function chooseConfiguration(
  configurations: Configurations,
  named: NamedConfiguration,
): Promise<Configuration> {
  if ('path' in named) return configurationAt(configurations, named.path);
  const found = await configurations.find(named.name);
  const [only] = found;
  if (only === undefined) throw new DeployedFailure('No configuration profiles found');
  if (found.length > 1) throw severalConfigurations(found);
  return only;
}

export const severalConfigurations = (found: readonly Configuration[], outcome?: Outcome): DeployedFailure =>
  new DeployedFailure(
    `More than one configuration profile was found with the given name; say which with --config-path: ${pathsOf(found)}`,
    outcome,
  );

export const severalSessions = (found: readonly Session[]): DeployedFailure =>
  new DeployedFailure(
    `More than one session with the given configuration profile name was found; say which with --session-path: ${pathsOf(found)}`,
  );

const pathsOf = (found: readonly { readonly path: string }[]): string =>
  found.map(({ path }) => path).join(', ');

/** Rejects when there is none. */
export async function configurationAt(configurations: Configurations, path: string): Promise<Configuration> {
  const configuration = configurations.at(path);
  await orMissing(configuration.get('owner'), 'Configuration profile not found');
  return configuration;
}

/** The session that a command line names. */
export async function chooseSession(sessions: Sessions, named: NamedSession): Promise<Session> {
  if ('path' in named) {
    const session = sessions.at(named.path);
    await orMissing(session.get('status'), 'Session not found');
    return session;
  }
  if ('device' in named) return sessionOnDevice(sessions, named.device);
  const found = await sessions.find(named.name);
  const [only] = found;
  if (only === undefined) {
    throw new DeployedFailure('No sessions started with the configuration profile name was found');
  }
  if (found.length > 1) throw severalSessions(found);
  return only;
}

async function sessionOnDevice(sessions: Sessions, name: string): Promise<Session> {
  try {
    return await sessions.onDevice(name);
  } catch (error) {
    if (!(error instanceof DBusError)) throw error;
    throw new DeployedFailure(`Failed to lookup interface '${name}'`, 'refused', { cause: error });
  }
}

/** That this user may not read it proves that it is there. */
async function orMissing(read: Promise<unknown>, missing: string): Promise<void> {
  try {
    await read;
  } catch (error) {
    if (!(error instanceof DBusError)) throw error;
    if (/\.Unknown(Object|Method)$/.test(error.errorName)) {
      throw new DeployedFailure(missing, 'refused', { cause: error });
    }
    if (!error.errorName.endsWith('.AccessDenied')) throw error;
  }
}
