// One user calls without end, and others go on working meanwhile.
import { deepEqual, equal, ok } from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { processFacts } from '@ovpnkit/lab/testing';
import { type Answer, LATEST_MS, unwrap } from '../answer.ts';
import { connectTunnel, type Stack, serviceNames } from './stack-stage.ts';

const MIB = 1024 * 1024;
/** What a user may fill is 32 MiB; more is what has not been collected yet. */
const MOST = 768 * MIB;
/** What is on its way at the same time. */
const AT_ONCE = 20;

/** Calls so often, some at once; gives how many were answered with what. */
export async function flood(
  count: number,
  call: (index: number) => Promise<Answer>,
): Promise<Map<string, number>> {
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
export async function whileOthersWork(
  t: TestContext,
  stack: Stack,
  work: () => Promise<void>,
): Promise<void> {
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
