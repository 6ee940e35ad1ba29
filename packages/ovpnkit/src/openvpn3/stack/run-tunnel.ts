import { configurations, type Session, sessions, statusText } from '@ovpnkit/openvpn3';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { limitTime } from '../../cli/time-limit.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { printable } from '../../output/printable.ts';
import { createPrompter } from '../ask.ts';
import { connectSession } from '../connect-session.ts';
import { createProgress } from '../progress.ts';
import { readProfile } from '../run-config-import.ts';
import { tellConnected } from '../tell-connected.ts';
import { startPrivateStack } from './private-stack.ts';

type TunnelOptions = { readonly timeout: number | undefined; readonly seconds: number | undefined };

/** `ovpnkit tunnel up PROFILE`: until the session ends or the user ends it. */
export async function runTunnel(
  { print, signal }: Context,
  { timeout, seconds }: TunnelOptions,
  [action, file]: readonly string[],
): Promise<Outcome> {
  if (action !== 'up' || file === undefined) throw new UsageError('say `tunnel up PROFILE`');
  const profile = await readProfile(file); // before anything is started
  await using stack = await startPrivateStack();
  const configuration = await configurations(stack.bus).import(file, profile, { singleUse: true });
  await configuration.validate();
  await using session = await sessions(stack.bus).start(configuration);
  const prompter = createPrompter(process.stdout, signal);
  try {
    const progress = createProgress(process.stderr);
    const options = { prompter, progress, signal, background: false, timeoutSeconds: timeout };
    await tellConnected(await connectSession(session, session.connect, options), print);
  } finally {
    prompter.close();
  }
  print(`The device is ${await session.get('device_name')}; Ctrl-C takes the tunnel down`);
  await follow(session, print, limitTime(signal, seconds));
  for (const [name, value] of await session.statistics().catch(() => new Map<string, bigint>()))
    print(`  ${name} ${value}`);
  return 'ok';
}

/** Tells each change, until the session is gone or the signal aborts. */
async function follow(session: Session, print: Context['print'], signal: AbortSignal): Promise<void> {
  try {
    let first = true;
    for await (const event of session.events({ signal })) {
      if (event.type === 'status' && !first) print(printable(statusText(event.status)));
      first = false;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
