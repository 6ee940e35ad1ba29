import { DBusError } from '@ovpnkit/dbus';
import type { Configuration, Configurations, Session, Sessions } from '@ovpnkit/openvpn3';
import type { Outcome } from '../cli/outcome.ts';
import { UsageError } from '../cli/usage-error.ts';
import { CommandFailure } from './command-failure.ts';

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

/** The configuration that the options of a command name. */
export async function chooseConfiguration(
  configurations: Configurations,
  target: ConfigurationTarget,
): Promise<Configuration> {
  const path = target.path ?? target.configPath;
  if (path !== undefined) return configurationAt(configurations, path);
  if (target.config === undefined) throw new UsageError('say which configuration, with --config or --path');
  const found = await configurations.find(target.config);
  const [only] = found;
  if (only === undefined) throw new CommandFailure('No configuration profiles found');
  if (found.length > 1) throw severalConfigurations(found);
  return only;
}

export const severalConfigurations = (found: readonly Configuration[], outcome?: Outcome): CommandFailure =>
  new CommandFailure(
    `More than one configuration profile was found with the given name; say which with --config-path: ${pathsOf(found)}`,
    outcome,
  );

export const severalSessions = (found: readonly Session[]): CommandFailure =>
  new CommandFailure(
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

/** The session that the options of a command name. */
export async function chooseSession(sessions: Sessions, target: SessionTarget): Promise<Session> {
  const path = target.path ?? target.sessionPath;
  if (path !== undefined) {
    const session = sessions.at(path);
    await orMissing(session.get('status'), 'Session not found');
    return session;
  }
  if (target.interface !== undefined) return sessionOnDevice(sessions, target.interface);
  if (target.config === undefined) {
    throw new UsageError('say which session, with --config, --path or --interface');
  }
  const found = await sessions.find(target.config);
  const [only] = found;
  if (only === undefined) {
    throw new CommandFailure('No sessions started with the configuration profile name was found');
  }
  if (found.length > 1) throw severalSessions(found);
  return only;
}

async function sessionOnDevice(sessions: Sessions, name: string): Promise<Session> {
  try {
    return await sessions.onDevice(name);
  } catch (error) {
    if (!(error instanceof DBusError)) throw error;
    throw new CommandFailure(`Failed to lookup interface '${name}'`, 'refused', { cause: error });
  }
}

/** That this user may not read it proves that it is there. */
async function orMissing(read: Promise<unknown>, missing: string): Promise<void> {
  try {
    await read;
  } catch (error) {
    if (!(error instanceof DBusError)) throw error;
    if (/\.Unknown(Object|Method)$/.test(error.errorName)) {
      throw new CommandFailure(missing, 'refused', { cause: error });
    }
    if (!error.errorName.endsWith('.AccessDenied')) throw error;
  }
}
