import { equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { defineInterface, implement, serve } from '../../src/index.ts';
import { NAME, PATH, serveGreeter } from './greeter.ts';
import { judgesOf } from './judges.ts';
import { startBus } from './private-bus.ts';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const skip = isRoot ? false : 'only root can become another user';

test('another local user is known as that, allowed and refused', { skip }, async t => {
  const bus = await startBus(t);
  await serveGreeter(await bus.connect(), {
    authorize: ({ caller, operation, member }) =>
      caller.uid === 0 || (operation === 'get' && member === 'Times') || member === 'WhoAmI',
  });
  const { busctl, busctlAs } = judgesOf(bus.address);
  const call = ['call', NAME, PATH, NAME];
  match((await busctl(...call, 'WhoAmI')).out, /^suu ":1\.\d+" 0 \d+$/);
  match((await busctlAs(NOBODY, ...call, 'WhoAmI')).out, /^suu ":1\.\d+" 65534 [1-9]\d*$/);
  equal((await busctl(...call, 'Greet', 's', 'root')).out, 's "hello root"');
  const refused = await busctlAs(NOBODY, ...call, 'Greet', 's', 'nobody');
  equal(refused.code, 1);
  match(refused.err, /Access denied/);
  equal((await busctlAs(NOBODY, 'get-property', NAME, PATH, NAME, 'Times')).out, 'u 1');
  match((await busctlAs(NOBODY, 'get-property', NAME, PATH, NAME, 'Level')).err, /Access denied/);
  match((await busctlAs(NOBODY, 'set-property', NAME, PATH, NAME, 'Level', 'i', '2')).err, /Access denied/);
  const all = [...call.slice(0, 3), 'org.freedesktop.DBus.Properties', 'GetAll', 's', NAME];
  equal((await busctlAs(NOBODY, ...all)).out, 'a{sv} 1 "Times" u 1');
});

test('what one user has in work does not count for another', { skip }, async t => {
  const bus = await startBus(t);
  await serveGreeter(await bus.connect(), { maxCallsPerUser: 3 });
  const { busctlAs } = judgesOf(bus.address);
  const greedy = await bus.connect();
  const waiting = [1, 2, 3].map(() =>
    greedy.call({ destination: NAME, path: PATH, interface: NAME, member: 'Never' }).catch(() => {}),
  );
  equal((await busctlAs(NOBODY, 'call', NAME, PATH, NAME, 'Greet', 's', 'you')).out, 's "hello you"');
  await greedy.close();
  await Promise.all(waiting);
});

test('a user with many calls that take their time does not keep another waiting for them', {
  skip,
}, async t => {
  const bus = await startBus(t);
  const Work = defineInterface({ name: NAME, methods: { Work: {}, Look: { out: ['u done'] } } });
  let [done, looked] = [0, false];
  const work = (): void => {
    for (const end = performance.now() + 50; !looked && performance.now() < end; );
    done++;
  };
  const look = (): number => {
    looked = true;
    return done;
  };
  const service = await bus.connect();
  const server = await serve(service, { authorize: () => true });
  server.export(PATH, implement(Work, { methods: { Work: work, Look: look } }));
  await service.requestName(NAME);
  const greedy = await bus.connect();
  const call = { destination: NAME, path: PATH, interface: NAME, member: 'Work' };
  const works = Array.from({ length: 100 }, () => greedy.call(call));
  const { out } = await judgesOf(bus.address).busctlAs(NOBODY, 'call', NAME, PATH, NAME, 'Look');
  const [, before] = /^u (\d+)$/.exec(out) ?? [];
  ok(Number(before) < works.length, out);
  await Promise.all(works);
  equal(done, works.length);
});
