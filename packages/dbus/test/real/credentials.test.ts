import { equal, notEqual, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { within } from '@ovpnkit/lab/testing';
import { createCredentials } from '../../src/bus/credentials.ts';
import { startBus } from './private-bus.ts';

test('a caller is asked about once, and forgotten when it leaves', async t => {
  const bus = await startBus(t);
  const [service, client] = [await bus.connect(), await bus.connect()];
  const credentials = await createCredentials(service.connection, service);
  const known = credentials.of(client.uniqueName);
  equal(credentials.of(client.uniqueName), known);
  const caller = await known;
  equal(caller.uid, process.getuid?.());
  equal(caller.pid, process.pid);
  equal(caller.gone.aborted, false);
  const gone = new Promise(resolve => caller.gone.addEventListener('abort', resolve));
  await client.close();
  await within('the caller is gone', gone);
  notEqual(credentials.of(client.uniqueName), known);
  await rejects(credentials.of(client.uniqueName), { errorName: 'org.freedesktop.DBus.Error.AccessDenied' });
});

test('everybody is gone when the bus is', async t => {
  const bus = await startBus(t);
  const [service, client] = [await bus.connect(), await bus.connect()];
  const caller = await (await createCredentials(service.connection, service)).of(client.uniqueName);
  const gone = new Promise(resolve => caller.gone.addEventListener('abort', resolve));
  await bus.kill('SIGKILL');
  await within('the caller is gone', gone);
});
