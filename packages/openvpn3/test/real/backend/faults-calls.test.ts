// Calls in any order, while the state changes.
import { deepEqual, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@ovpnkit/lab/testing';
import fc from 'fast-check';
import type { Backend } from '../backend.ts';
import { openTestBed, skip } from '../test-bed.ts';
import { connected, nothing, startWatched } from './watched-backend.ts';

type Call = { readonly member: string; readonly args: readonly unknown[]; readonly wait: number };

const small = fc.nat(9);
const call: fc.Arbitrary<Call> = fc
  .record({
    wait: fc.constantFrom(0, 0, 0, 5, 30, 100),
    member: fc.constantFrom(
      ...['Connect', 'Connect', 'Pause', 'Resume', 'Restart', 'Ready', 'Ping', 'UserInputQueueGetTypeGroup'],
      ...['UserInputQueueCheck', 'UserInputQueueFetch', 'UserInputProvide', 'RegistrationConfirmation'],
    ),
    args: fc.constant([]),
  })
  .chain(({ member, wait }) => argumentsOf(member).map(args => ({ member, args, wait })));

function argumentsOf(member: string): fc.Arbitrary<unknown[]> {
  switch (member) {
    case 'Pause':
      return fc.string({ unit: 'binary' }).map(text => [text.replaceAll('\0', '')]);
    case 'UserInputQueueCheck':
      return fc.tuple(small, small);
    case 'UserInputQueueFetch':
      return fc.tuple(small, small, small);
    case 'UserInputProvide':
      return fc.tuple(small, small, small, fc.constant('answer'));
    case 'RegistrationConfirmation':
      return fc.constantFrom(['no', '/session', '/configuration'], ['no', '/configuration']);
    default:
      return fc.constant([]);
  }
}

const ANSWER_MS = 30_000;

/** Sends them without waiting for the answers; resolves when all are there, and rejects when one does not come. */
async function storm(backend: Backend, calls: readonly Call[]): Promise<void> {
  const answers: Promise<unknown>[] = [];
  for (const { member, args, wait } of calls) {
    answers.push(backend.callWith({ timeoutMs: ANSWER_MS }, member, ...args));
    if (wait > 0) await sleep(wait);
  }
  await Promise.all(answers);
}

describe('a hundred calls in any order', { skip, concurrency: 2 }, () => {
  for (const seed of [1, 2, 3]) {
    const calls = fc.sample(call, { seed, numRuns: 100 });

    it(`are all answered, and the tunnel can still be resumed (${seed})`, async t => {
      const bed = await openTestBed(t, { resolver: false });
      const backend = await startWatched(bed);
      await connected(bed, backend, await bed.server.profile('cert'));
      await storm(backend, calls);
      // Whatever the last of them did.
      await backend.call('Resume');
      await backend.call('Connect');
      await eventually('the tunnel is connected', async () => {
        const value = await backend.get('status');
        ok(Array.isArray(value));
        return value[1] === 7;
      });
      ok(backend.daemons().length === 1);
      await backend.call('Disconnect');
      deepEqual(await backend.remains(), nothing);
    });

    it(`are all answered when the daemon is killed and Disconnect comes among them (${seed})`, async t => {
      const bed = await openTestBed(t, { resolver: false });
      const backend = await startWatched(bed);
      await connected(bed, backend, await bed.server.profile('cert'));
      const first = storm(backend, calls.slice(0, 50));
      for (const { pid } of backend.daemons()) process.kill(pid, 'SIGKILL');
      await first;
      const end: Call = { member: seed === 2 ? 'ForceShutdown' : 'Disconnect', args: [], wait: 0 };
      await storm(backend, [...calls.slice(50, 70), end, ...calls.slice(70)]);
      deepEqual(await backend.remains(), nothing);
    });
  }

  it('are all answered while the registration and the first connection are under way', async t => {
    const bed = await openTestBed(t, { resolver: false });
    const backend = await startWatched(bed);
    const calls = fc.sample(call, { seed: 4, numRuns: 100 });
    const early = storm(backend, calls.slice(0, 50));
    const answer = backend.confirm(bed.configurations.register(await bed.server.profile('cert')));
    const late = storm(backend, calls.slice(50));
    ok('ok' in (await answer));
    await Promise.all([early, late]);
    await backend.call('Disconnect');
    deepEqual(await backend.remains(), nothing);
  });

  for (const before of ['RegistrationConfirmation', 'Connect'])
    it(`are all answered when Disconnect comes right behind ${before}`, async t => {
      const bed = await openTestBed(t, { resolver: false });
      const backend = await startWatched(bed);
      const path = bed.configurations.register(await bed.server.profile('cert'));
      const confirmed = before === 'Connect' ? await backend.confirm(path) : undefined;
      // Held back, so that they arrive together: the name goes right behind the first Disconnect.
      await bed.sessions.freeze();
      const answers = [
        confirmed ?? backend.confirm(path),
        ...['Connect', 'Disconnect', 'Disconnect'].map(each => backend.call(each)),
      ];
      await bed.sessions.thaw();
      ok('ok' in ((await Promise.all(answers)).at(-1) ?? {}));
      deepEqual(await backend.remains(), nothing);
    });
});
