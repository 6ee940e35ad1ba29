import { equal, ok } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { within } from '@ovpnkit/lab/testing';
import { judge } from './judges.ts';
import { startBus } from './private-bus.ts';

const ours = pathToFileURL(join(import.meta.dirname, '../../src/index.ts')).href;

test('the service, the busctl line and the client of the README run as they stand', async t => {
  const bus = await startBus(t);
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const [service, client] = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '');
  const line = /^\$ (busctl .*)\n(.*)$/m.exec(readme);
  const definition = /const Greeter[\s\S]*?\n\}\);/.exec(service ?? '')?.[0];
  ok(service && client && line && definition);

  const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: bus.address };
  const run = async (name: string, code: string) => {
    const file = join(bus.folder, name);
    await writeFile(join(bus.folder, 'package.json'), '{ "type": "module" }');
    await writeFile(file, code.replace('@ovpnkit/dbus', ours));
    return [file];
  };
  const files = await run('service.ts', service);
  const watcher = await bus.connect();
  const owned = Promise.withResolvers<void>();
  await watcher.watchName('com.example.Greeter', owner => {
    if (owner !== undefined) owned.resolve();
  });
  const running = spawn(process.execPath, files, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  t.after(() => running.kill('SIGKILL'));
  await within('the service owns its name', owned.promise);

  const [command = '', ...args] = (line[1] ?? '').split(' ');
  equal((await judge(command, args, { env })).out, line[2]);
  const whole = client.replace(/^\/\/ const Greeter.*$/m, definition);
  const spoken = await judge(process.execPath, await run('client.ts', whole), {
    env,
  });
  equal(spoken.out, 'Bob was greeted; 2 so far\nHello, Bob!\n2');
});
