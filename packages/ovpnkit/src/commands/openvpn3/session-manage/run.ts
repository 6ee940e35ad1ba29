import { DBusError } from '@ovpnkit/dbus';
import { formatJson } from '@ovpnkit/management';
import { parseStatus, type Session } from '@ovpnkit/openvpn3';
import type { Context } from '../../../cli/context.ts';
import type { Outcome } from '../../../cli/outcome.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { createPrompter } from '../../../openvpn3/ask.ts';
import { chooseSession, namedSession, type SessionTarget } from '../../../openvpn3/choose-target.ts';
import { DeployedFailure } from '../../../openvpn3/command-failure.ts';
import { connectSession } from '../../../openvpn3/connect-session.ts';
import { type FrontEnd, reason, runFrontEnd } from '../../../openvpn3/front-end.ts';
import { createProgress } from '../../../openvpn3/progress.ts';
import { formatStatistics } from '../../../openvpn3/statistics-text.ts';
import { tellConnected } from '../../../openvpn3/tell-connected.ts';
import { cleanUp } from './clean-up.ts';

type ManageOptions = SessionTarget & {
  readonly pause: boolean;
  readonly resume: boolean;
  readonly restart: boolean;
  readonly disconnect: boolean;
  readonly cleanup: boolean;
  readonly logLevel: number | true | undefined;
  readonly timeout: number | undefined;
  readonly json: boolean;
};

const actions = ['pause', 'resume', 'restart', 'disconnect', 'cleanup'] as const;

/** `ovpnkit session-manage`. */
export function runSessionManage(context: Context, options: ManageOptions): Promise<Outcome> {
  const action = chooseAction(options);
  if (action === 'cleanup')
    return runFrontEnd(context, 'session-manage', frontEnd => cleanUp(frontEnd, options.json));
  const named = namedSession(options);
  return runFrontEnd(context, 'session-manage', async frontEnd => {
    const session = await chooseSession(frontEnd.sessions, named);
    const print = options.json ? () => {} : frontEnd.print;
    if (options.logLevel !== undefined) await changeLogLevel(session, options.logLevel, print);
    if (action !== undefined) await perform(action, session, { ...frontEnd, print }, options);
    if (options.json) frontEnd.print(formatJson(await describe(session)));
    return 'ok';
  });
}

function chooseAction(options: ManageOptions): (typeof actions)[number] | undefined {
  const asked = actions.filter(action => options[action]);
  const [action] = asked;
  if (asked.length > 1) throw new UsageError(`give one of --${asked.join(' and --')}`);
  if (action === undefined && options.logLevel === undefined) {
    throw new UsageError('say what to do, with --pause, --resume, --restart, --disconnect or --log-level');
  }
  return action;
}

async function perform(
  action: 'pause' | 'resume' | 'restart' | 'disconnect',
  session: Session,
  frontEnd: FrontEnd,
  options: ManageOptions,
): Promise<void> {
  const { print } = frontEnd;
  switch (action) {
    case 'pause':
      await orFailed('pause', session.pause('Front-end request'));
      return print(`Initiated session pause: ${session.path}`);
    case 'resume':
      print(`Resuming session: ${session.path}`);
      // What is asked for is the case already; deployed programs do not mind either.
      if (await isRunning(session)) return print('The session is not paused');
      return goOn('resume', session, session.resume, frontEnd, options);
    case 'restart':
      print(`Restarting session: ${session.path}`);
      return goOn('restart', session, session.restart, frontEnd, options);
    case 'disconnect': {
      // They are gone with the session.
      const statistics = await session.statistics().catch((error: unknown) => {
        if (error instanceof DBusError) return new Map<string, bigint>();
        throw error;
      });
      await orFailed('disconnect', session.disconnect());
      print('Initiated session shutdown.');
      return print(formatStatistics(statistics).join('\n'));
    }
  }
}

/** False as well for who may resume it without seeing its status. */
async function isRunning(session: Session): Promise<boolean> {
  try {
    const status = await session.status();
    return status !== undefined && status.minor !== 'CONN_PAUSED';
  } catch (error) {
    if (error instanceof DBusError) return false;
    throw error;
  }
}

async function goOn(
  action: string,
  session: Session,
  begin: () => Promise<void>,
  { signal, print }: FrontEnd,
  { timeout, json }: ManageOptions,
): Promise<void> {
  const prompter = createPrompter(json ? process.stderr : process.stdout, signal);
  try {
    const connected = await connectSession(session, () => orFailed(action, begin()), {
      prompter,
      progress: createProgress(process.stderr),
      signal,
      background: timeout === undefined,
      timeoutSeconds: timeout,
    });
    await tellConnected(connected, print);
  } finally {
    prompter.close();
  }
}

async function changeLogLevel(
  session: Session,
  level: number | true,
  print: FrontEnd['print'],
): Promise<void> {
  print(`Current log level: ${await session.get('log_verbosity')}`);
  if (level === true) return;
  await session.set('log_verbosity', level);
  print(`New log level: ${level}`);
}

/** What is left of it: nothing but the path behind a disconnect. */
async function describe(session: Session): Promise<object> {
  const { status, log_verbosity } = await session.properties().catch((error: unknown) => {
    if (error instanceof DBusError) return { status: undefined, log_verbosity: undefined };
    throw error;
  });
  return { path: session.path, status: status && parseStatus(status), log_verbosity };
}

async function orFailed(action: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof DBusError)) throw error;
    throw new DeployedFailure(`Failed to ${action} the session: ${reason(error)}`, 'refused', {
      cause: error,
    });
  }
}
