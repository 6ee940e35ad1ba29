import { equal } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { within } from '@ovpnkit/lab/testing';
import { startBus } from './private-bus.ts';

const BUS = 'org.freedesktop.DBus';

/** Sends many signals, closes and ends at once. */
const program = `
import { connect } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
const [address, to] = process.argv.slice(1);
const bus = await connect({ address });
const text = 'x'.repeat(4000);
for (let number = 0; number < 500; number++)
  bus.signal({ path: '/', interface: 'com.example.Words', member: 'Word', signature: 'us', body: [number, text], to });
await bus.close();
process.exit(0);
`;

test('what was sent before close() is not lost when the process ends behind it', async t => {
  const bus = await startBus(t);
  const listener = await bus.connect();
  const gone = Promise.withResolvers<void>();
  let heard = 0;
  await listener.subscribe({ interface: 'com.example.Words' }, () => heard++);
  // The bus tells that a program is gone when it has passed on everything that it got of it.
  await listener.subscribe({ sender: BUS, member: 'NameOwnerChanged', arg2: '' }, () => gone.resolve());
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', program, bus.address, listener.uniqueName],
    { stdio: 'inherit' },
  );
  const [code] = await within('the program ends', once(child, 'exit'));
  equal(code, 0);
  await within('the bus tells that it is gone', gone.promise);
  equal(heard, 500);
});
