import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { processFacts } from '@ovpnkit/lab/testing';
import { CONFIGURATION_PATH } from '@ovpnkit/openvpn3';
import { type Answer, inTime, unwrap } from '../answer.ts';
import { skip } from '../test-bed.ts';
import { configurations, nothingLeft } from './killed-service.ts';
import {
  connectTunnel,
  openSession,
  openStack,
  type Person,
  type Stack,
  serviceNames,
} from './stack-stage.ts';

const MIB = 1024 * 1024;
const mib = (bytes: number): number => Math.round(bytes / MIB);

async function memory(stack: Stack): Promise<string> {
  const texts = await Promise.all(
    serviceNames.map(async name => `${name} ${mib(processFacts(await stack.start(name)).rssBytes)} MiB`),
  );
  return texts.join(', ');
}

/** So many at once, in order. */
async function inTurns<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

describe('the stack with many', { skip }, () => {
  it('sessions: 100 of two users are started, found, and disconnected at once', async t => {
    const stack = await openStack(t);
    const profile = await stack.server.profile('unreachable');
    const people = ['games', 'news'] as const;
    const sessions: { readonly who: Person; readonly session: string }[] = [];
    let started = performance.now();
    await inTurns(
      Array.from({ length: 100 }, (_, index) => index),
      8,
      async index => {
        const who = people[index % 2] ?? 'games';
        const configuration = await stack.importProfile(who, profile, { name: `profile${index}` });
        const session = await openSession(stack, configuration, who);
        sessions.push({ who, session });
        unwrap(await stack.call(who, 'sessions', session, 'Ready'));
        unwrap(await stack.call(who, 'sessions', session, 'Connect'));
      },
    );
    t.diagnostic(`100 sessions started in ${Math.round(performance.now() - started)} ms`);
    equal((await stack.backendNames()).length, 100);
    for (const who of people) {
      const own = sessions.filter(each => each.who === who).map(({ session }) => session);
      const found = await stack.sessions(who);
      deepEqual(found, own.sort());
    }
    const backends = stack.backends();
    const pss = backends.reduce((sum, { pssBytes }) => sum + pssBytes, 0);
    t.diagnostic(
      `${backends.length} backends take ${mib(pss / backends.length)} MiB each; ${await memory(stack)}`,
    );
    equal(stack.daemons().length, 100);

    await stack.kill('sessions');
    started = performance.now();
    equal((await stack.sessions('games')).length, 50);
    t.diagnostic(`a new session manager has them after ${Math.round(performance.now() - started)} ms`);

    started = performance.now();
    await Promise.all(
      sessions.map(async ({ who, session }) =>
        unwrap(await stack.call(who, 'sessions', session, 'Disconnect')),
      ),
    );
    await nothingLeft(stack);
    t.diagnostic(`they are gone after ${Math.round(performance.now() - started)} ms`);
    deepEqual(await stack.sessions('games'), []);
  });

  it('sessions one after the other: nothing of 20 is left', async t => {
    const stack = await openStack(t);
    const configuration = await stack.importProfile('games', await stack.server.profile('cert'));
    const times: number[] = [];
    for (let index = 0; index < 20; index++) {
      const started = performance.now();
      const session = await connectTunnel(stack, configuration);
      times.push(performance.now() - started);
      unwrap(await stack.call('games', 'sessions', session, 'Disconnect'));
      await stack.heard.next('SessionManagerEvent', ([path, type]) => path === session && type === 2);
    }
    await nothingLeft(stack);
    t.diagnostic(
      `connected in ${Math.round(times.sort((a, b) => a - b)[10] ?? 0)} ms; ${await memory(stack)}`,
    );
  });

  it('configurations: 1,000 are listed and found at once, also after a restart', async t => {
    const stack = await openStack(t);
    const profile = await stack.server.profile('cert');
    const paths: string[] = [];
    let started = performance.now();
    await inTurns(
      Array.from({ length: 1000 }, (_, index) => index),
      16,
      async index => {
        const path = await stack.importProfile('games', profile, {
          name: `profile${index}`,
          persistent: true,
        });
        paths.push(path);
        if (index % 10 === 0)
          unwrap(await stack.call('games', 'configuration', path, 'AddTag', 's', 'tenth'));
      },
    );
    t.diagnostic(`1,000 are imported in ${Math.round(performance.now() - started)} ms`);

    async function look(when: string): Promise<void> {
      const find = (member: string, ...args: string[]) =>
        stack.call('games', 'configuration', CONFIGURATION_PATH, member, 's'.repeat(args.length), ...args);
      const listed = await find('FetchAvailableConfigs');
      const byName = await find('LookupConfigName', 'profile500');
      const byTag = await find('SearchByTag', 'tenth');
      const byOwner = await find('SearchByOwner', 'games');
      deepEqual(unwrap(listed)[0], paths.sort());
      equal((unwrap(byName)[0] as string[]).length, 1);
      equal((unwrap(byTag)[0] as string[]).length, 100);
      equal((unwrap(byOwner)[0] as string[]).length, 1000);
      const answers: readonly Answer[] = [listed, byName, byTag, byOwner];
      t.diagnostic(
        `${when}: ${answers.map(({ ms }) => Math.round(ms)).join(', ')} ms; ${await memory(stack)}`,
      );
      for (const answer of answers) inTime(answer, when);
    }
    await look('listed, looked up by name, by tag, by owner');
    await stack.kill('configuration');
    started = performance.now();
    equal(((await configurations(stack)) as string[]).length, 1000);
    t.diagnostic(`a new configuration manager has them after ${Math.round(performance.now() - started)} ms`);
    await look('again');
  });
});
