import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BACKEND_SESSION_PATH,
  BACKENDS,
  backendName,
  CONFIGURATION,
  CONFIGURATION_PATH,
  LOG,
  LOG_PATH,
  SESSIONS,
  SESSIONS_PATH,
} from '@ovpnkit/openvpn3';
import { eventually } from '../lab-traces.ts';
import { type Answer, LATEST_MS, unwrap } from './answer.ts';
import { processFacts } from './process-facts.ts';
import { connectTunnel, openStack, type Stack, serviceNames } from './stack-stage.ts';
import { skip } from './test-bed.ts';

const MIB = 1024 * 1024;
/** What a user may fill is 32 MiB; more is what has not been collected yet. */
const MOST = 768 * MIB;
/** What is on its way at the same time. */
const AT_ONCE = 20;

/** Calls so often, some at once; gives how many were answered with what. */
async function flood(count: number, call: (index: number) => Promise<Answer>): Promise<Map<string, number>> {
  const answers = new Map<string, number>();
  let next = 0;
  const caller = async () => {
    while (next < count) {
      const answer = await call(next++);
      const text = 'ok' in answer ? 'ok' : answer.message;
      answers.set(text, (answers.get(text) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  return answers;
}

/** The tunnel of somebody else, who is answered all the time; and how much memory the services take at most. */
async function whileOthersWork(t: TestContext, stack: Stack, work: () => Promise<void>): Promise<void> {
  const configuration = await stack.importProfile('games', await stack.server.profile('cert'));
  const session = await connectTunnel(stack, configuration);
  const pids = await Promise.all(serviceNames.map(stack.start));
  const most = pids.map(pid => processFacts(pid).rssBytes);
  const before = [...most];
  let slowest = 0;
  let over = false;
  const meanwhile = (async () => {
    while (!over) {
      const answers = await Promise.all([
        stack.call('games', 'configuration', configuration, 'Validate'),
        stack.call('games', 'sessions', session, 'Ready'),
      ]);
      answers.forEach(unwrap);
      slowest = Math.max(slowest, ...answers.map(({ ms }) => ms));
      for (const [index, pid] of pids.entries())
        most[index] = Math.max(most[index] ?? 0, processFacts(pid).rssBytes);
      await sleep(50);
    }
  })();
  try {
    await work();
  } finally {
    over = true;
    await meanwhile;
    equal(stack.complaints(), '');
  }
  const figures = serviceNames.map(
    (name, index) => `${name} ${mib(before[index])} -> ${mib(most[index])} MiB`,
  );
  t.diagnostic(`slowest answer to others ${Math.round(slowest)} ms; ${figures.join(', ')}`);
  ok(slowest < LATEST_MS, `somebody else was answered after ${slowest} ms`);
  for (const [index, name] of serviceNames.entries())
    ok((most[index] ?? 0) < MOST, `${name} took ${mib(most[index])} MiB`);
  deepEqual(await Promise.all(serviceNames.map(stack.pidOf)), pids);
  equal(((await stack.value('games', session, 'status')) as unknown[])[1], 7);
  equal(stack.daemons().length, 1);
}

const mib = (bytes = 0): number => Math.round(bytes / MIB);

describe('a flood of one user leaves the others in peace, and takes little memory:', { skip }, () => {
  it('2,000 large profiles', async t => {
    const stack = await openStack(t);
    await whileOthersWork(t, stack, async () => {
      const profile = `setenv UV_X ${'x'.repeat(200)}\n`.repeat(1000);
      const answers = await flood(2000, index =>
        stack.call(
          'nobody',
          'configuration',
          CONFIGURATION_PATH,
          'Import',
          'ssbb',
          `p${index}`,
          profile,
          false,
          index % 10 === 0,
        ),
      );
      const few = answers.get('ok') ?? 0;
      ok(few > 0 && few < 200, `${few} of them are kept`);
      for (const text of answers.keys()) match(text, /^ok$|Too many configuration profiles of this user/);
    });
  });

  it('500 tunnels of profiles that do not exist', async t => {
    const stack = await openStack(t);
    await whileOthersWork(t, stack, async () => {
      const answers = await flood(500, index => stack.newTunnel('nobody', `${CONFIGURATION_PATH}/x${index}`));
      for (const text of answers.keys()) match(text, /There is no configuration profile|Could not read/);
      deepEqual(await stack.sessions('nobody'), []);
      // One for the tunnel of somebody else, and one that the starter keeps ready.
      equal((await stack.backendNames()).length, 1);
      ok(stack.backends().length <= 2);
    });
  });

  it('10,000 signals in the names of the services', async t => {
    const stack = await openStack(t);
    await whileOthersWork(t, stack, async () => {
      const [session = ''] = await stack.sessions('games');
      const [backend = ''] = await stack.backendNames();
      const { nobody } = stack.people;
      const text = 'x'.repeat(1000);
      const forged = [
        {
          path: BACKEND_SESSION_PATH,
          interface: BACKENDS,
          member: 'RegistrationRequest',
          signature: 'ssi',
          body: [backend, text, 1],
        },
        {
          path: BACKEND_SESSION_PATH,
          interface: BACKENDS,
          member: 'RegistrationRequest',
          signature: 'ssi',
          body: [backendName(1), '', 1],
        },
        {
          path: BACKEND_SESSION_PATH,
          interface: BACKENDS,
          member: 'StatusChange',
          signature: 'uus',
          body: [2, 9, text],
        },
        {
          path: BACKEND_SESSION_PATH,
          interface: BACKENDS,
          member: 'AttentionRequired',
          signature: 'uus',
          body: [1, 1, text],
        },
        {
          path: BACKEND_SESSION_PATH,
          interface: BACKENDS,
          member: 'Log',
          signature: 'uuss',
          body: [1, 1, '', text],
        },
        { path: session, interface: SESSIONS, member: 'StatusChange', signature: 'uus', body: [2, 9, text] },
        { path: SESSIONS_PATH, interface: SESSIONS, member: 'Log', signature: 'uus', body: [1, 1, text] },
        {
          path: CONFIGURATION_PATH,
          interface: CONFIGURATION,
          member: 'ConfigurationManagerEvent',
          signature: 'oqu',
          body: ['/', 2, 5],
        },
        { path: LOG_PATH, interface: LOG, member: 'Log', signature: 'uus', body: [1, 1, text] },
        {
          path: '/org/freedesktop/DBus',
          interface: 'org.freedesktop.DBus',
          member: 'NameOwnerChanged',
          signature: 'sss',
          body: [SESSIONS, ':1.1', ''],
        },
      ];
      for (let index = 0; index < 10_000; index++) {
        const signal = forged[index % forged.length];
        if (signal && !nobody.signal(signal)) await nobody.drained();
      }
      await nobody.drained();
      // Behind all of them.
      deepEqual(await stack.sessions('nobody'), []);
    });
  });

  it('more sessions than a user may have', async t => {
    const stack = await openStack(t);
    await whileOthersWork(t, stack, async () => {
      const profile = await stack.server.profile('unreachable');
      const configurations: string[] = [];
      for (let index = 0; index < 80; index++)
        configurations.push(await stack.importProfile('nobody', profile));
      const answers = await flood(80, index => stack.newTunnel('nobody', configurations[index] ?? ''));
      t.diagnostic(JSON.stringify([...answers]));
      ok((answers.get('ok') ?? 0) <= 64);
      for (const text of answers.keys())
        match(text, /^ok$|You have 64 sessions already|Could not start the VPN client/);
      // Each asks every backend.
      const lengths = new Set<number>();
      await flood(100, async () => {
        const answer = await stack.call('nobody', 'sessions', SESSIONS_PATH, 'FetchManagedInterfaces');
        lengths.add((unwrap(answer)[0] as string[]).length);
        return answer;
      });
      deepEqual([...lengths], [64]);
      const sessions = await stack.sessions('nobody');
      const ends = await Promise.all(
        sessions.map(each => stack.call('nobody', 'sessions', each, 'Disconnect')),
      );
      ends.forEach(unwrap);
      await eventually('they are gone', async () => (await stack.backendNames()).length === 1);
    });
  });
});
