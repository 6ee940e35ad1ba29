import { DBusError, TimeoutError } from '@ovpnkit/dbus';
import { formatJson } from '@ovpnkit/management';
import { type Configuration, type Session, SessionStartError } from '@ovpnkit/openvpn3';
import type { Context } from '../../../cli/context.ts';
import type { Outcome } from '../../../cli/outcome.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { createPrompter } from '../../../openvpn3/ask.ts';
import { configurationAt, severalConfigurations } from '../../../openvpn3/choose-target.ts';
import { DeployedFailure } from '../../../openvpn3/command-failure.ts';
import { connectSession } from '../../../openvpn3/connect-session.ts';
import { type FrontEnd, reason, runFrontEnd } from '../../../openvpn3/front-end.ts';
import { createProgress } from '../../../openvpn3/progress.ts';
import { tellConnected } from '../../../openvpn3/tell-connected.ts';
import { printable } from '../../../output/printable.ts';
import { readProfileFor } from '../config-import/run.ts';

type StartOptions = {
  readonly config: string | undefined;
  readonly configPath: string | undefined;
  readonly persistTun: boolean;
  readonly timeout: number | undefined;
  readonly background: boolean;
  readonly dco: boolean | undefined;
  readonly json: boolean;
};

/** `ovpnkit session-start`. A session that does not connect is ended. */
export async function runSessionStart(context: Context, options: StartOptions): Promise<Outcome> {
  const { config, configPath } = options;
  if (config === undefined && configPath === undefined)
    throw new UsageError('say what to start, with --config or --config-path');
  return runFrontEnd(context, 'session-start', async frontEnd => {
    const { json, timeout, background } = options;
    const { signal } = frontEnd;
    const print = json ? () => {} : frontEnd.print;
    const configuration = await prepare({ ...frontEnd, print }, options);
    const session = await begin(frontEnd, configuration);
    print(`Session path: ${session.path}`);
    const prompter = createPrompter(json ? process.stderr : process.stdout, signal);
    try {
      if (options.dco !== undefined) await session.set('dco', options.dco);
      const connected = await connectSession(session, session.connect, {
        prompter,
        progress: createProgress(process.stderr),
        signal,
        background,
        timeoutSeconds: timeout,
      });
      if (json) frontEnd.print(formatJson({ path: session.path, ...connected }));
      else await tellConnected(connected, print);
    } catch (error) {
      await session.disconnect().catch(() => {}); // what went wrong first is what the user has to know
      throw error;
    } finally {
      prompter.close();
    }
    return 'ok';
  });
}

/** The configuration to start: one that is known by this name or path, or one of a file. */
async function prepare(frontEnd: FrontEnd, options: StartOptions): Promise<Configuration> {
  const configuration = await chooseOrImport(frontEnd, options);
  if (options.persistTun) await configuration.setOverride('persist-tun', true);
  try {
    await configuration.validate();
  } catch (error) {
    // One that was imported for this session alone would be found by its name the next time, as it was.
    if (await configuration.get('single_use')) await configuration.remove();
    throw error;
  }
  return configuration;
}

async function chooseOrImport(
  { configurations, print }: FrontEnd,
  { config = '', configPath }: StartOptions,
): Promise<Configuration> {
  if (configPath !== undefined) return configurationAt(configurations, configPath);
  const found = await configurations.find(config);
  const [known] = found;
  if (found.length > 1) throw severalConfigurations(found, 'misnamed');
  if (known !== undefined) {
    print(`Using pre-loaded configuration profile '${printable(config)}'`);
    return known;
  }
  const profile = await readProfileFor(config, ', and no configuration has this name');
  const imported = await configurations.import(config, profile, { singleUse: true });
  print(`Using configuration profile from file: ${printable(config)}`);
  return imported;
}

async function begin({ sessions }: FrontEnd, configuration: Configuration): Promise<Session> {
  try {
    return await sessions.start(configuration);
  } catch (error) {
    if (error instanceof SessionStartError) {
      await sessions
        .at(error.path)
        .disconnect()
        .catch(() => {});
      throw new DeployedFailure(`New tunnel did not respond: ${error.message}`, 'refused', { cause: error });
    }
    if (!(error instanceof DBusError) && !(error instanceof TimeoutError)) throw error;
    throw new DeployedFailure(`Failed to start new tunnel: ${reason(error)}`, 'refused', { cause: error });
  }
}
