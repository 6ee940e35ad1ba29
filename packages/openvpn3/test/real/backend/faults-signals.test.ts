// Signals to a backend, in every state.
import { deepEqual, doesNotMatch, rejects } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '@ovpnkit/lab/testing';
import { unwrap } from '../answer.ts';
import { openTestBed, skip } from '../test-bed.ts';
import { activeStates, quietStates } from './backend-states.ts';
import { nothing, startWatched } from './watched-backend.ts';

/** As a shell has it: ended in order, or by the signal. */
const exitCodes = { SIGTERM: 0, SIGINT: 0, SIGHUP: 129 } as const;

for (const [signal, exitCode] of Object.entries(exitCodes) as [keyof typeof exitCodes, number][]) {
  describe(`${signal} to a backend`, { skip, concurrency: 2 }, () => {
    for (const [state, arrive] of Object.entries({ ...quietStates, ...activeStates })) {
      const active = state in activeStates;
      const told = exitCode === 0 && active ? ['CONN_DISCONNECTED'] : [];
      it(`that is ${state} leaves no daemon and no file, and tells ${told[0] ?? 'nothing'}`, async t => {
        const bed = await openTestBed(t, { resolver: false });
        const backend = await startWatched(bed);
        await arrive(bed, backend);
        if (state === 'failed')
          await eventually('its daemon has ended', () => backend.daemons().length === 0);
        const before = backend.statuses();
        backend.kill(signal);
        deepEqual(await backend.remains(), { exitCode, files: [] });
        if (told.length > 0) await backend.waitForStatus('CONN_DISCONNECTED');
        deepEqual(backend.statuses().slice(before.length), told);
        await rejects(backend.get('status'), /ServiceUnknown|not provided/);
      });
    }
  });
}

describe('SIGUSR1 to a backend', { skip }, () => {
  it('opens no debugger, and changes nothing', async t => {
    const bed = await openTestBed(t, { resolver: false });
    const backend = await startWatched(bed);
    await activeStates.connected(bed, backend);
    backend.kill('SIGUSR1');
    deepEqual(unwrap(await backend.call('Ping')), [true]);
    unwrap(await backend.call('Disconnect'));
    deepEqual(await backend.remains(), nothing);
    doesNotMatch(backend.output(), /Debugger/);
  });
});
