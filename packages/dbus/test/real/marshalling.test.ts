import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { within } from '@ovpnkit/lab/testing';
import fc from 'fast-check';
import { parseAddresses } from '../../src/type-system/address.ts';
import type { Incoming } from '../../src/type-system/message.ts';
import { openWire } from '../../src/wire/wire.ts';
import { arbitraryBody, gvariantText } from '../arbitrary-body.ts';
import { messagesOf, startFakeBus, WELCOME } from './fake-bus.ts';
import { PYTHON, withoutGlib } from './judges.ts';

const ROUNDS = 2000;
const MIB = 1024 * 1024;

test('GLib reads what we write, and we read what GLib writes in both byte orders', {
  skip: withoutGlib,
}, async t => {
  const seed = Date.now();
  t.diagnostic(`seed ${seed}, ${ROUNDS} bodies, ${3 * ROUNDS} messages`);
  const fake = await startFakeBus(t, { auth: WELCOME });
  const [address] = parseAddresses(fake.address);
  ok(address);
  const arrived: Incoming[] = [];
  let wake = () => {};
  const wire = await openWire(
    address,
    { timeoutMs: 5000, maxMessageBytes: 32 * MIB, maxMessageWeight: 512 * MIB },
    {
      message(message) {
        arrived.push(message);
        wake();
      },
      drained() {},
      closed: error => t.diagnostic(error.message),
    },
  );
  t.after(() => wire.close());
  const bus = await fake.accept();
  const written = messagesOf(bus);
  const glib = spawn(PYTHON, [join(import.meta.dirname, 'glib.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => glib.kill('SIGKILL'));
  const answers = createInterface(glib.stdout)[Symbol.asyncIterator]();

  for (const body of fc.sample(arbitraryBody, { numRuns: ROUNDS, seed })) {
    const { signature, values } = body;
    wire.send({
      type: 'signal',
      serial: 1,
      path: '/a',
      interface: 'a.b',
      member: 'C',
      signature,
      body: values,
    });
    const { value: bytes } = await within('our message arrives', written.next());
    const text = gvariantText(body);
    glib.stdin.write(`${JSON.stringify({ type: `(${signature})`, text, bytes: bytes.toString('hex') })}\n`);
    const { value: line } = await within('GLib answers', answers.next());
    ok(line, `GLib ended at ${signature} ${text}`);
    const { same, little, big } = JSON.parse(line);
    equal(same, true, `GLib reads something else: ${signature} ${text}`);
    for (const theirs of [little, big]) {
      const came = new Promise<void>(resolve => {
        wake = resolve;
      });
      bus.write(Buffer.from(theirs, 'hex'));
      await within('the message arrives', came);
      const message = arrived.pop();
      equal(message?.signature, signature);
      deepStrictEqual(message.body, values, `we read something else: ${signature} ${text}`);
    }
  }
});
