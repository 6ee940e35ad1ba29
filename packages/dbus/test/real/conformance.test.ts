import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { within } from '@ovpnkit/lab/testing';
import { Variant } from '../../src/index.ts';
import { Greeter, NAME, PATH, serveGreeter } from './greeter.ts';
import { judge, judgesOf, PYTHON, type Verdict, withoutGlib } from './judges.ts';
import { startBus } from './private-bus.ts';

// What programs that are not ours see of a service. Each row: what is called, and what has to come back.

const STANDARD = 'org.freedesktop.DBus.Error';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

type Row = { readonly what: string; readonly args: readonly string[]; readonly says: RegExp };

/** dbus-send shows the error's name, which busctl and gdbus do not always show. */
const refused: readonly Row[] = [
  {
    what: 'an unknown object',
    args: ['/com/example/Nobody', `${NAME}.Greet`, 'string:a'],
    says: /UnknownObject: Object does not exist at path “\/com\/example\/Nobody”/,
  },
  {
    what: 'an unknown interface',
    args: [PATH, 'com.example.Other.Greet', 'string:a'],
    says: /UnknownInterface: No such interface “com\.example\.Other” on object at path \/com\/example\/Greeter/,
  },
  { what: 'an unknown method', args: [PATH, `${NAME}.Nope`], says: /UnknownMethod: No such method “Nope”/ },
  {
    what: 'an interface on a parent',
    args: ['/com/example', `${NAME}.Greet`, 'string:a'],
    says: /UnknownObject: Object does not exist at path “\/com\/example”/,
  },
  {
    what: 'properties of a parent',
    args: ['/com/example', `${PROPERTIES}.GetAll`, `string:${NAME}`],
    says: /UnknownObject: Object does not exist/,
  },
  {
    what: 'introspecting what is not there',
    args: ['/com/example/Nobody', 'org.freedesktop.DBus.Introspectable.Introspect'],
    says: /UnknownObject: Object does not exist/,
  },
  ...['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'].map(name => ({
    what: `the inherited name ${name} as a method`,
    args: [PATH, `${NAME}.${name}`],
    says: new RegExp(`UnknownMethod: No such method “${name}”`),
  })),
  ...['constructor', '__proto__', 'toString'].map(name => ({
    what: `the inherited name ${name} as a property`,
    args: [PATH, `${PROPERTIES}.Get`, `string:${NAME}`, `string:${name}`],
    says: new RegExp(`UnknownProperty: No such property “${name}”`),
  })),
  ...['constructor', '__proto__'].map(name => ({
    what: `the inherited name ${name} as an interface of a property`,
    args: [PATH, `${PROPERTIES}.GetAll`, `string:${name}`],
    says: new RegExp(`UnknownInterface: No such interface “${name}”`),
  })),
  {
    what: 'arguments of another type',
    args: [PATH, `${NAME}.Greet`, 'uint32:1'],
    says: /InvalidArgs: Type of message, “\(u\)”, does not match expected type “\(s\)”/,
  },
  {
    what: 'no arguments where one belongs',
    args: [PATH, `${NAME}.Greet`],
    says: /InvalidArgs: Type of message, “\(\)”, does not match expected type “\(s\)”/,
  },
  {
    what: 'too many arguments',
    args: [PATH, `${NAME}.Nothing`, 'string:a'],
    says: /InvalidArgs: Type of message, “\(s\)”, does not match expected type “\(\)”/,
  },
  {
    what: 'none of several forms',
    args: [PATH, `${NAME}.Sum`, 'string:a'],
    says: /InvalidArgs: Type of message, “\(s\)”, does not match expected type “\(ii\)” or “\(ai\)”/,
  },
  {
    what: 'Properties.Get without arguments',
    args: [PATH, `${PROPERTIES}.Get`],
    says: /InvalidArgs: Type of message, “\(\)”, does not match expected type “\(ss\)”/,
  },
  {
    what: 'an unknown property',
    args: [PATH, `${PROPERTIES}.Get`, `string:${NAME}`, 'string:Nope'],
    says: /UnknownProperty: No such property “Nope”/,
  },
  {
    what: 'a property of an unknown interface',
    args: [PATH, `${PROPERTIES}.Get`, 'string:com.example.Other', 'string:Level'],
    says: /UnknownInterface: No such interface “com\.example\.Other”/,
  },
  {
    what: 'reading what is only written',
    args: [PATH, `${PROPERTIES}.Get`, `string:${NAME}`, 'string:Token'],
    says: /InvalidArgs: Property “Token” is not readable/,
  },
  {
    what: 'writing what is only read',
    args: [PATH, `${PROPERTIES}.Set`, `string:${NAME}`, 'string:Times', 'variant:uint32:5'],
    says: /PropertyReadOnly: Property “Times” is not writable/,
  },
  {
    what: 'writing a variant of another type',
    args: [PATH, `${PROPERTIES}.Set`, `string:${NAME}`, 'string:Level', 'variant:string:5'],
    says: /InvalidArgs: Error setting property “Level”: Expected type “i” but got “s”/,
  },
  {
    what: 'writing a value that the setter refuses',
    args: [PATH, `${PROPERTIES}.Set`, `string:${NAME}`, 'string:Level', 'variant:int32:-1'],
    says: /com\.example\.Error\.Negative: Level cannot be negative/,
  },
  {
    what: 'reading what authorize refuses',
    args: [PATH, `${PROPERTIES}.Get`, `string:${NAME}`, 'string:Secret'],
    says: /AccessDenied: Access to com\.example\.Greeter\.Secret is not allowed/,
  },
  {
    what: 'a handler that throws',
    args: [PATH, `${NAME}.Throw`],
    says: /Failed: com\.example\.Greeter\.Throw failed inside/,
  },
  {
    what: 'a handler that refuses',
    args: [PATH, `${NAME}.Refuse`],
    says: /com\.example\.Error\.Busy: Ask later/,
  },
  {
    what: 'a handler that returns another type',
    args: [PATH, `${NAME}.WrongType`],
    says: /Failed: .* failed inside/,
  },
  {
    what: 'a handler that returns too much',
    args: [PATH, `${NAME}.TooLarge`],
    says: /Failed: .* failed inside/,
  },
  {
    what: 'a getter that throws',
    args: [PATH, `${PROPERTIES}.Get`, `string:${NAME}`, 'string:Broken'],
    says: /Failed: com\.example\.Greeter\.Broken failed inside/,
  },
];

test('what is wrong is answered with the standard error, and nothing internal', async t => {
  const bus = await startBus(t);
  await serveGreeter(await bus.connect());
  const { dbusSend } = judgesOf(bus.address);
  for (const { what, args, says } of refused) {
    await t.test(what, async () => {
      const verdict = await dbusSend(`--dest=${NAME}`, ...args);
      equal(verdict.code, 1);
      match(verdict.err, says);
      doesNotMatch(verdict.err, /\bat .*:\d+|node_modules|\.ts|shadow|var\/lib/);
      if (!says.source.startsWith('com')) match(verdict.err, new RegExp(`Error ${STANDARD}\\.`));
    });
  }
  await t.test('and the service still answers', async () => {
    const { out } = await dbusSend(`--dest=${NAME}`, PATH, `${NAME}.Greet`, 'string:all');
    match(out, /string "hello all"/);
  });
});

test('with glib for errorNames, the names are those of a GDBus service', async t => {
  const bus = await startBus(t);
  await serveGreeter(await bus.connect(), { errorNames: 'glib' });
  const { dbusSend } = judgesOf(bus.address);
  const get = [PATH, `${PROPERTIES}.Get`, `string:${NAME}`];
  const set = [PATH, `${PROPERTIES}.Set`, `string:${NAME}`];
  const table: [RegExp, ...string[]][] = [
    [/UnknownMethod: Object does not exist at path “\/no”/, '/no', `${NAME}.Greet`],
    [/UnknownMethod: Object does not exist at path “\/com”/, '/com', `${PROPERTIES}.GetAll`, 'string:a.b'],
    [/UnknownMethod: No such interface “a\.b” on object at path \/com\/example\/Greeter/, PATH, 'a.b.C'],
    [/UnknownMethod: No such method “Nope”/, PATH, `${NAME}.Nope`],
    [/InvalidArgs: No such interface “a\.b”/, PATH, `${PROPERTIES}.GetAll`, 'string:a.b'],
    [/InvalidArgs: No such property “x”/, ...get, 'string:x'],
    [/InvalidArgs: Property “Times” is not writable/, ...set, 'string:Times', 'variant:uint32:1'],
  ];
  for (const [says, ...args] of table) match((await dbusSend(`--dest=${NAME}`, ...args)).err, says);
});

test('a handler that never answers costs its caller the timeout, and nobody else', async t => {
  const bus = await startBus(t);
  await serveGreeter(await bus.connect());
  const { dbusSend } = judgesOf(bus.address);
  const never = await dbusSend('--reply-timeout=50', `--dest=${NAME}`, PATH, `${NAME}.Never`);
  match(never.err, /org\.freedesktop\.DBus\.Error\.NoReply/);
  match((await dbusSend(`--dest=${NAME}`, PATH, `${NAME}.Pair`)).out, /string "seven"/);
});

test('GLib sends 30 MB and a million elements', { skip: withoutGlib }, async t => {
  const bus = await startBus(t);
  await serveGreeter(await bus.connect());
  const { out, err } = await judge(PYTHON, [join(import.meta.dirname, 'glib-client.py'), bus.address]);
  equal(err, '');
  equal(out, '30000000\n1000000');
});

test('what is right is answered to every program', async t => {
  const bus = await startBus(t);
  await serveGreeter(await bus.connect());
  const { busctl, gdbus, dbusSend } = judgesOf(bus.address);
  const ok = (verdict: Verdict, out: string | RegExp) => {
    equal(verdict.err, '');
    if (typeof out === 'string') equal(verdict.out, out);
    else match(verdict.out, out);
  };
  const call = (...args: string[]) => busctl('call', NAME, PATH, NAME, ...args);
  const gcall = (method: string, ...args: string[]) =>
    gdbus('call', '-d', NAME, '-o', PATH, '-m', method, ...args);

  ok(await call('Greet', 's', 'bob'), 's "hello bob"');
  ok(await call('Sum', 'ii', '2', '3'), 'i 5');
  ok(await call('Sum', 'ai', '3', '1', '2', '4'), 'x 7');
  ok(await call('Pair'), 'us 7 "seven"');
  ok(await call('Echo', 'v', 'a(ub)', '1', '5', 'true'), 'v a(ub) 1 5 true');
  ok(
    await call('EchoDict', 'a{sv}', '2', '__proto__', 's', 'x', 'constructor', 'u', '1'),
    'a{sv} 2 "__proto__" s "x" "constructor" u 1',
  );
  ok(await call('Nothing'), '');
  ok(await call('WhoAmI'), /^suu ":1\.\d+" \d+ \d+$/);

  ok(await gcall(`${NAME}.Greet`, 'bob'), "('hello bob',)");
  ok(
    await gcall(`${NAME}.EchoDict`, "{'__proto__': <1>, 'n': <[('a', @t 18446744073709551615)]>}"),
    "({'__proto__': <1>, 'n': <[('a', uint64 18446744073709551615)]>},)",
  );
  ok(await gcall('org.freedesktop.DBus.Properties.GetAll', NAME), "({'Times': <uint32 2>, 'Level': <1>},)");
  ok(await gcall('org.freedesktop.DBus.Peer.Ping'), '()');

  // Peer answers where no object is; a method without its interface finds the first that has it.
  ok(await dbusSend(`--dest=${NAME}`, '/no/such/object', 'org.freedesktop.DBus.Peer.Ping'), /method return/);
  ok(
    await dbusSend(`--dest=${NAME}`, '/', 'org.freedesktop.DBus.Peer.GetMachineId'),
    /string "[0-9a-f]{32}"/,
  );
});

test('properties are read, written, announced and listed', async t => {
  const bus = await startBus(t);
  const { server } = await serveGreeter(await bus.connect());
  const { busctl } = judgesOf(bus.address);
  const listener = await bus.connect();
  const heard: unknown[] = [];
  const two = Promise.withResolvers<void>();
  await listener.subscribe({ sender: NAME, member: 'PropertiesChanged' }, ({ body }) => {
    heard.push(body);
    if (heard.length === 2) two.resolve();
  });
  equal((await busctl('get-property', NAME, PATH, NAME, 'Level')).out, 'i 1');
  equal((await busctl('set-property', NAME, PATH, NAME, 'Level', 'i', '5')).err, '');
  equal((await busctl('get-property', NAME, PATH, NAME, 'Level')).out, 'i 5');
  equal((await busctl('set-property', NAME, PATH, NAME, 'Token', 's', 'x')).err, '');
  await server.changed(PATH, Greeter, ['Times', 'Secret', 'Token']);
  await within('both changes are announced', two.promise);
  deepEqual(heard, [
    [NAME, new Map([['Level', new Variant('i', 5)]]), []],
    [NAME, new Map([['Times', new Variant('u', 0)]]), ['Secret']],
  ]);
});

test('introspection lists members, children and parents', async t => {
  const bus = await startBus(t);
  const { server } = await serveGreeter(await bus.connect());
  server.export('/com/example/Greeter/child');
  const { busctl, gdbus } = judgesOf(bus.address);
  equal(
    (await busctl('tree', '--list', NAME)).out,
    '/\n/com\n/com/example\n/com/example/Greeter\n/com/example/Greeter/child',
  );
  const { out } = await gdbus('introspect', '-d', NAME, '-o', PATH);
  match(out, /Sum\(in {2}i left,\s+in {2}i right,\s+out i sum\);/);
  match(out, /@com\.example\.Note\("a "note" & <more>"\)/);
  match(out, /@org\.freedesktop\.DBus\.Property\.EmitsChangedSignal\("invalidates"\)\s+readonly s Secret/);
  match(out, /@org\.freedesktop\.DBus\.Property\.EmitsChangedSignal\("false"\)\s+writeonly s Token;/);
  match(out, /Greeted\(s name,\s+u times\);/);
  match(out, /node child \{/);
  const parent = await gdbus('introspect', '-d', NAME, '-o', '/com');
  match(parent.out, /interface org\.freedesktop\.DBus\.Peer/);
  doesNotMatch(parent.out, /Properties/);
});
