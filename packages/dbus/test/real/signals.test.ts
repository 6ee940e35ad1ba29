import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { within } from '@ovpnkit/lab/testing';
import { type Bus, createProxy } from '../../src/index.ts';
import { Greeter, NAME, PATH, serveGreeter } from './greeter.ts';
import { startBus } from './private-bus.ts';

/** How many match rules the bus holds for a connection, as it says itself. */
async function rulesOf(judge: Bus, bus: Bus): Promise<number> {
  const { body } = await judge.call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus.Debug.Stats',
    member: 'GetConnectionStats',
    signature: 's',
    body: [bus.uniqueName],
  });
  const [stats] = body as [Map<string, { value: number }>];
  return stats.get('MatchRules')?.value ?? -1;
}

test('the bus has each rule once, for as long as somebody listens', async t => {
  const bus = await startBus(t);
  const [judge, client, service] = [await bus.connect(), await bus.connect(), await bus.connect()];
  await serveGreeter(service);
  const greeter = createProxy(client, Greeter, { destination: NAME, path: PATH });
  const heard: unknown[] = [];
  const first = await greeter.on('Greeted', args => heard.push(['first', ...args]));
  const second = await greeter.on('Greeted', args => heard.push(['second', ...args]));
  // The signal itself, and NameOwnerChanged of the name.
  equal(await rulesOf(judge, client), 2);
  await greeter.call('Greet', ['a']);
  await first.close();
  await first.close();
  equal(await rulesOf(judge, client), 2);
  await greeter.call('Greet', ['b']);
  await second[Symbol.asyncDispose]();
  equal(await rulesOf(judge, client), 0);
  await greeter.call('Greet', ['c']);
  deepEqual(heard, [
    ['first', 'a', 1],
    ['second', 'a', 1],
    ['second', 'b', 2],
  ]);
});

test('a signal counts only from the owner of the name, also when it is sent to us alone', async t => {
  const bus = await startBus(t);
  const [client, service, forger] = [await bus.connect(), await bus.connect(), await bus.connect()];
  const { server } = await serveGreeter(service);
  const greeter = createProxy(client, Greeter, { destination: NAME, path: PATH });
  const heard: string[] = [];
  const last = Promise.withResolvers<void>();
  await greeter.on('Greeted', ([name]) => {
    heard.push(name);
    if (name === 'last') last.resolve();
  });
  const signal = { path: PATH, interface: NAME, member: 'Greeted', signature: 'su' };
  forger.signal({ ...signal, body: ['forged', 1], to: client.uniqueName });
  forger.signal({ ...signal, body: ['forged', 1] });
  // The forger has been served before the service speaks.
  await forger.call({ destination: NAME, path: PATH, interface: NAME, member: 'Nothing' });
  server.emit(PATH, Greeter, 'Greeted', ['to you', 1], { to: client.uniqueName });
  service.signal({ ...signal, signature: 's', body: ['another signature'] });
  server.emit(PATH, Greeter, 'Greeted', ['last', 2]);
  await within('the last signal is heard', last.promise);
  deepEqual(heard, ['to you', 'last']);
});

test('a unicast signal reaches the one it is sent to', async t => {
  const bus = await startBus(t);
  const [one, other, service] = [await bus.connect(), await bus.connect(), await bus.connect()];
  const { server } = await serveGreeter(service);
  const heard: string[] = [];
  const done = Promise.withResolvers<void>();
  for (const [who, client] of [
    ['one', one],
    ['other', other],
  ] as const) {
    const greeter = createProxy(client, Greeter, { destination: NAME, path: PATH });
    await greeter.on('Greeted', ([name]) => {
      heard.push(`${who}: ${name}`);
      if (heard.length === 3) done.resolve();
    });
  }
  server.emit(PATH, Greeter, 'Greeted', ['you', 1], { to: one.uniqueName });
  server.emit(PATH, Greeter, 'Greeted', ['all', 2]);
  await within('three signals are heard', done.promise);
  deepEqual(heard.sort(), ['one: all', 'one: you', 'other: all']);
});

test('the sender is whoever owns the name now', async t => {
  const bus = await startBus(t);
  const [client, first, second] = [await bus.connect(), await bus.connect(), await bus.connect()];
  const heard: unknown[] = [];
  const owners: (string | undefined)[] = [];
  let wake = () => {};
  const until = async (condition: () => boolean) => {
    while (!condition())
      await within(
        `more than ${heard.length} signals and ${owners.length} owners`,
        new Promise<void>(resolve => {
          wake = resolve;
        }),
      );
  };
  await client.subscribe({ sender: NAME, member: 'Hello' }, ({ body }) => {
    heard.push(body?.[0]);
    wake();
  });
  await client.watchName(NAME, owner => {
    owners.push(owner);
    wake();
  });
  const say = (from: Bus, text: string) =>
    from.signal({
      path: '/',
      interface: 'a.b',
      member: 'Hello',
      signature: 's',
      body: [text],
      to: client.uniqueName,
    });
  say(first, 'nobody owns it');
  await first.requestName(NAME);
  say(first, 'first');
  await until(() => heard.length === 1);
  await first.close();
  await until(() => owners.length === 3);
  await second.requestName(NAME);
  say(second, 'second');
  await until(() => heard.length === 2);
  deepEqual(heard, ['first', 'second']);
  deepEqual(owners, [undefined, first.uniqueName, undefined, second.uniqueName]);
});

test('a listener that throws is reported and harms no other', async t => {
  const bus = await startBus(t);
  const errors: unknown[] = [];
  const client = await bus.connect({ onError: error => errors.push(error) });
  const heard = Promise.withResolvers<void>();
  const rule = { sender: client.uniqueName, member: 'Hello' };
  await client.subscribe(rule, () => {
    throw new Error('mine');
  });
  await client.subscribe(rule, () => heard.resolve());
  client.signal({ path: '/', interface: 'a.b', member: 'Hello' });
  await within('the other listener hears it', heard.promise);
  equal(errors.length, 1);
});
