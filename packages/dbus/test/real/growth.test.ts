import { ok } from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { within } from '@ovpnkit/lab/testing';
import { Variant } from '../../src/index.ts';
import { NAME, PATH } from './greeter.ts';
import { type PrivateBus, startBus } from './private-bus.ts';

const call = { destination: NAME, path: PATH, interface: NAME };
const properties = { ...call, interface: 'org.freedesktop.DBus.Properties' };

test('what callers do, and leave undone, does not stay in memory', async t => {
  const bus = await startBus(t);
  const service = fork(join(import.meta.dirname, 'greeter-process.ts'), [bus.address], {
    execArgv: ['--expose-gc'],
  });
  t.after(() => service.kill('SIGKILL'));
  await within('the service is there', once(service, 'message'));
  const held = async (): Promise<number> => {
    service.send('how much');
    const [bytes] = await within('it says how much it holds', once(service, 'message'));
    return Number(bytes);
  };
  // Code and caches grow first.
  await flood(bus, 40);
  const before = await held();
  await flood(bus, 80);
  const growth = (await held()) - before;
  ok(growth < 500_000, `${growth} bytes more after 80 callers with 100 calls each`);
});

/** Callers that come, ask for everything that exists and does not, wait for nothing, and leave. */
async function flood(bus: PrivateBus, callers: number): Promise<void> {
  for (let caller = 0; caller < callers; caller++) {
    const client = await bus.connect();
    const calls: Promise<unknown>[] = [];
    for (let count = 0; count < 15; count++) {
      const signature = `(${'u'.repeat(1 + ((caller * 15 + count) % 250))})`;
      const fields = new Array(signature.length - 2).fill(1);
      calls.push(
        client.call({ ...call, member: 'Never' }),
        client.call({ ...call, member: 'Throw' }),
        client.call({ ...call, member: `x${caller}_${count}` }),
        client.call({ ...call, path: `/p${caller}/${count}`, member: 'Greet' }),
        client.call({ ...properties, member: 'Get', signature: 'ss', body: [NAME, `p${caller}_${count}`] }),
        client.call({
          ...call,
          member: 'Echo',
          signature: 'v',
          body: [new Variant<string>(signature, fields)],
        }),
      );
      client.signal({ path: `/s${caller}`, interface: 'a.b', member: `C${count}`, to: NAME });
    }
    // The last one is answered after the others, apart from those that never are.
    const settled = Promise.allSettled(calls);
    await calls.at(-1);
    await client.close();
    await settled;
  }
}
