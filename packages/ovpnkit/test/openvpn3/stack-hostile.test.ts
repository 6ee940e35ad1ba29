import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BACKENDS, CONFIGURATION_PATH, SESSIONS_PATH } from '@ovpnkit/openvpn3';
import fc from 'fast-check';
import { type Answer, ask, LATEST_MS, unwrap } from './answer.ts';
import { type Belongings, type HostileCall, hostileCall } from './hostile-calls.ts';
import { openSession, openStack, type Stack, serviceNames, whenStatus } from './stack-stage.ts';
import { skip } from './test-bed.ts';

const ROUNDS = 25;
const CALLS_OF_A_ROUND = 100;
/** Front ends wait so long. */
const patience = { timeoutMs: LATEST_MS };

async function furnish(stack: Stack, who: 'games' | 'nobody'): Promise<Belongings> {
  const configuration = await stack.importProfile(who, await stack.server.profile('unreachable'));
  const session = await openSession(stack, configuration, who);
  unwrap(await stack.call(who, 'sessions', session, 'Ready'));
  unwrap(await stack.call(who, 'sessions', session, 'LogForward', 'b', true));
  const [proxy = ''] = (await stack.value(who, session, 'log_forwards')) as string[];
  return { configuration, session, proxy, pid: Number(await stack.value(who, session, 'backend_pid')) };
}

/** Some of the calls end what is their caller's own. */
async function isComplete(stack: Stack, { session, configuration }: Belongings): Promise<boolean> {
  const [path, member] = [CONFIGURATION_PATH, 'FetchAvailableConfigs'];
  const [configurations] = unwrap(await stack.call('nobody', 'configuration', path, member));
  return (
    (configurations as string[]).includes(configuration) && (await stack.sessions('nobody')).includes(session)
  );
}

const named = 'AccessDenied|Failed|InvalidArgs|LimitsExceeded|UnknownMethod|ServiceUnknown';
const CLEAN = new RegExp(
  `^org\\.(freedesktop\\.DBus\\.Error\\.(${named})|gtk\\.GDBus\\.UnmappedGError\\.Quark\\.\\w+\\.Code36)$`,
);

/** An answer that a service has meant. */
function isClean(call: HostileCall, answer: Answer): void {
  if ('ok' in answer) return;
  const { error, message } = answer;
  const what = `${call.interface}.${call.member}(${call.signature}) at ${call.path}: ${error} ${message}`;
  match(error, CLEAN, what);
  // The first is what the library says for a fault of ours; the others are words of the machine.
  ok(!/The service failed|TypeError|undefined|\bat .*:\d+:|node:|ENOENT|BEGIN/.test(message), what);
  // Backends leave with their sessions; nobody else leaves.
  if (error.endsWith('.ServiceUnknown')) ok(call.destination.startsWith(`${BACKENDS}.be`), what);
}

describe('a local user who calls everything with anything', { skip }, () => {
  it('gets clean answers, and others go on working meanwhile and afterwards', async t => {
    const stack = await openStack(t);
    const games = await furnish(stack, 'games');
    let own = await furnish(stack, 'nobody');
    const pids = await Promise.all(serviceNames.map(stack.pidOf));
    const before = await Promise.all(
      ['acl', 'public_access', 'owner'].map(each => stack.value('games', games.session, each)),
    );

    let slowest = 0;
    let over = false;
    const meanwhile = (async () => {
      while (!over) {
        const answers = await Promise.all([
          stack.call('games', 'configuration', games.configuration, 'Validate'),
          stack.call('games', 'sessions', SESSIONS_PATH, 'FetchAvailableSessions'),
          stack.call('games', 'sessions', games.session, 'Ready'),
        ]);
        answers.forEach(unwrap);
        slowest = Math.max(slowest, ...answers.map(({ ms }) => ms));
        await sleep(20);
      }
    })();
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const calls = fc.sample(hostileCall([games, own]), { seed: round, numRuns: CALLS_OF_A_ROUND });
        const answers = await Promise.all(calls.map(call => ask(stack.people.nobody, call, patience)));
        for (const [index, call] of calls.entries()) isClean(call, answers[index] as Answer);
        if (!(await isComplete(stack, own))) own = await furnish(stack, 'nobody');
      }
    } finally {
      over = true;
      await meanwhile;
    }
    t.diagnostic(`the slowest answer to somebody else took ${Math.round(slowest)} ms`);
    ok(slowest < patience.timeoutMs);
    deepEqual(await Promise.all(serviceNames.map(stack.pidOf)), pids);
    deepEqual(await stack.sessions('games'), [games.session]);
    deepEqual(
      await Promise.all(
        ['acl', 'public_access', 'owner'].map(each => stack.value('games', games.session, each)),
      ),
      before,
    );

    const configuration = await stack.importProfile('news', await stack.server.profile('cert'));
    const session = await openSession(stack, configuration, 'news');
    unwrap(await stack.call('news', 'sessions', session, 'Connect'));
    await whenStatus(stack, session, 7);
    equal(stack.complaints(), '');
  });
});
