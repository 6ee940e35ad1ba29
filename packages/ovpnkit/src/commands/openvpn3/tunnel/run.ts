import { DBusError } from '@ovpnkit/dbus';
import { openvpnProgram } from '@ovpnkit/management/daemon';
import { configurations, LogCategory, type Session, sessions, statusText } from '@ovpnkit/openvpn3';
import type { Context } from '../../../cli/context.ts';
import type { Outcome } from '../../../cli/outcome.ts';
import { limitTime } from '../../../cli/time-limit.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { createPrompter } from '../../../openvpn3/ask.ts';
import { connectSession } from '../../../openvpn3/connect-session.ts';
import { reason } from '../../../openvpn3/front-end.ts';
import { createProgress } from '../../../openvpn3/progress.ts';
import { startPrivateStack } from '../../../openvpn3/stack/private-stack.ts';
import { tellConnected } from '../../../openvpn3/tell-connected.ts';
import { printable } from '../../../output/printable.ts';
import { readProfile } from '../config-import/run.ts';

type TunnelOptions = {
  readonly openvpn: string | undefined;
  readonly timeout: number | undefined;
  readonly seconds: number | undefined;
};

/** `ovpnkit tunnel up PROFILE`: until the session ends or the user ends it. */
export async function runTunnel(
  { print, signal }: Context,
  { openvpn, timeout, seconds }: TunnelOptions,
  [action, file]: readonly string[],
): Promise<Outcome> {
  if (action !== 'up' || file === undefined) throw new UsageError('say `tunnel up PROFILE`');
  // Before anything is started.
  const profile = await readProfile(file);
  const program = openvpnProgram(openvpn);
  try {
    await runWith(profile, file, { print, signal }, { openvpn: program, timeout, seconds });
  } catch (error) {
    if (error instanceof DBusError) throw new Error(reason(error), { cause: error });
    throw error;
  }
  return 'ok';
}

async function runWith(
  profile: string,
  file: string,
  { print, signal }: Pick<Context, 'print' | 'signal'>,
  { openvpn, timeout, seconds }: TunnelOptions,
): Promise<void> {
  await using stack = await startPrivateStack({ openvpn });
  const configuration = await configurations(stack.bus).import(file, profile, { singleUse: true });
  await configuration.validate();
  await using session = await sessions(stack.bus).start(configuration);
  const told = follow(session, print, limitTime(signal, seconds));
  const prompter = createPrompter(process.stdout, signal);
  try {
    const progress = createProgress(process.stderr);
    const options = { prompter, progress, signal, background: false, timeoutSeconds: timeout };
    await tellConnected(await connectSession(session, session.connect, options), print);
  } finally {
    prompter.close();
  }
  print(`The device is ${await session.get('device_name')}; Ctrl-C takes the tunnel down`);
  told.connected();
  await told.over;
  for (const [name, value] of await session.statistics().catch(() => new Map<string, bigint>()))
    print(`  ${name} ${value}`);
}

/** Tells warnings, and once it is connected each change, until the session is gone or the signal aborts. */
function follow(session: Session, print: Context['print'], signal: AbortSignal) {
  let isConnected = false;
  const tell = async (): Promise<void> => {
    try {
      for await (const event of session.events({ signal })) {
        if (event.type === 'status' && isConnected) print(printable(statusText(event.status)));
        if (
          event.type === 'log' &&
          event.category >= LogCategory.WARN &&
          !event.message.startsWith('[Core] ')
        )
          print(printable(event.message));
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
  const over = tell();
  over.catch(() => {}); // who waits for it hears it
  return {
    over,
    connected: () => {
      isConnected = true;
    },
  };
}
