// One service dies at one moment of a session's beginning, and what has to hold then.
import { deepEqual } from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { eventually } from '@ovpnkit/lab/testing';
import { CONFIGURATION_PATH } from '@ovpnkit/openvpn3';
import { inTime, unwrap } from '../answer.ts';
import { type BusMonitor, type MonitoredMessage, startBusMonitor } from '../bus-monitor.ts';
import { connectSession, connectTunnel, openStack, type Service, type Stack } from './stack-stage.ts';

/** What has just crossed the bus when the service is killed, in the order of a session's beginning. */
export const moments = {
  'at NewTunnel': { type: 'call', member: 'NewTunnel' },
  'while the starter starts the client': { type: 'call', member: 'StartClient' },
  'when the starter has started the client': { type: 'answer', member: 'StartClient' },
  'at the registration request': { type: 'signal', member: 'RegistrationRequest' },
  'at the registration confirmation': { type: 'call', member: 'RegistrationConfirmation' },
  'when the backend fetches its configuration': { type: 'call', member: 'Fetch' },
  'when the registration is confirmed': { type: 'answer', member: 'RegistrationConfirmation' },
} as const satisfies Readonly<Record<string, MonitoredMessage>>;

type Moment = keyof typeof moments;

/**
 * Behind these moments the death of a service is noticed neither by the caller of NewTunnel, nor by the session. The
 * session manager answers NewTunnel itself, in no order with what the backend does: its caller may always have no answer.
 */
const doneAt: Readonly<Partial<Record<Service, { readonly newTunnel: Moment; readonly session: Moment }>>> = {
  log: { newTunnel: 'at NewTunnel', session: 'at NewTunnel' },
  netcfg: { newTunnel: 'at NewTunnel', session: 'at NewTunnel' },
  configuration: {
    newTunnel: 'while the starter starts the client',
    session: 'when the registration is confirmed',
  },
  starter: {
    newTunnel: 'when the starter has started the client',
    session: 'when the starter has started the client',
  },
};

const isBehind = (moment: Moment, done: Moment | undefined): boolean => {
  const all = Object.keys(moments);
  return done !== undefined && all.indexOf(moment) >= all.indexOf(done);
};

export type KillStage = { readonly stack: Stack; readonly monitor: BusMonitor; readonly profile: string };

export async function openKillStage(t: TestContext): Promise<KillStage> {
  const stack = await openStack(t);
  return { stack, monitor: await startBusMonitor(t, stack.bus), profile: await stack.server.profile('cert') };
}

/** Starts a session, kills the service meanwhile, and checks what came of it and what is left. */
export async function killMeanwhile(stage: KillStage, service: Service, moment: Moment): Promise<void> {
  const { stack, monitor, profile } = stage;
  const kept = await stack.importProfile('games', profile, { persistent: true, name: 'kept' });
  const pid = await stack.start(service);
  const now = monitor.next(moments[moment]).then(() => process.kill(pid, 'SIGKILL'));
  const answer = await stack.newTunnel('games', kept);
  await now;
  inTime(answer, 'NewTunnel');
  const done = doneAt[service];
  if (isBehind(moment, done?.newTunnel)) unwrap(answer);
  if ('ok' in answer) {
    const [session] = answer.ok as [string];
    if (isBehind(moment, done?.session)) await connectSession(stack, session);
    await endSession(stack, session);
  }
  await eventually('games has no session', async () => (await stack.sessions('games')).length === 0);

  deepEqual(await configurations(stack), [kept]);
  const session = await connectTunnel(stack, kept);
  await endSession(stack, session);
  unwrap(await stack.call('games', 'configuration', kept, 'Remove'));
  await nothingLeft(stack);
}

/** The path of a session may be of one that never came about, but nobody may be kept waiting. */
export async function endSession(stack: Stack, session: string): Promise<void> {
  for (const member of ['Ready', 'Disconnect'])
    inTime(await stack.call('games', 'sessions', session, member), member);
  await eventually(`${session} is gone`, async () => !(await stack.sessions('games')).includes(session));
}

export async function configurations(stack: Stack): Promise<unknown> {
  return unwrap(await stack.call('games', 'configuration', CONFIGURATION_PATH, 'FetchAvailableConfigs'))[0];
}

/** No daemon, and no backend but the one that the starter keeps ready. */
export async function nothingLeft(stack: Stack): Promise<void> {
  await eventually('no daemon and no backend is left', async () => {
    const names = await stack.backendNames();
    return names.length === 0 && stack.daemons().length === 0 && stack.backends().length <= 1;
  });
}
