import {
  type Authorize,
  type Bus,
  DBusError,
  defineInterface,
  implement,
  type ServeOptions,
  serve,
} from '../../src/index.ts';

/** A definition with something of everything, and a service of it that also misbehaves on request. */
export const Greeter = defineInterface({
  name: 'com.example.Greeter',
  methods: {
    Greet: { in: ['s name'], out: ['s greeting'] },
    Sum: [
      { in: ['i left', 'i right'], out: ['i sum'] },
      { in: ['ai numbers'], out: ['x sum'] },
    ],
    Pair: { out: ['u first', 's second'] },
    Echo: { in: ['v value'], out: ['v value'] },
    EchoDict: { in: ['a{sv} dict'], out: ['a{sv} dict'] },
    Bytes: { in: ['ay bytes'], out: ['u length'] },
    Count: { in: ['au numbers'], out: ['u length'] },
    Nothing: {},
    Throw: {},
    Refuse: {},
    WrongType: { out: ['u number'] },
    TooLarge: { out: ['ay bytes'] },
    Never: {},
    WhoAmI: { out: ['s name', 'u uid', 'u pid'] },
  },
  signals: { Greeted: { args: ['s name', 'u times'] } },
  properties: {
    Times: { type: 'u', access: 'read' },
    Level: { type: 'i', access: 'readwrite' },
    Token: { type: 's', access: 'write', emits: 'none' },
    Secret: { type: 's', access: 'read', emits: 'invalidates' },
    Broken: { type: 'u', access: 'read', emits: 'none' },
  },
  annotations: { 'com.example.Note': 'a "note" & <more>' },
});

export const NAME = 'com.example.Greeter';
export const PATH = '/com/example/Greeter';

export type GreeterOptions = Partial<ServeOptions>;

/** Serves a greeter; what its handlers throw is collected in `errors`. */
export async function serveGreeter(bus: Bus, options: GreeterOptions = {}) {
  const errors: unknown[] = [];
  const authorize: Authorize = ({ member }) => member !== 'Secret';
  const server = await serve(bus, { authorize, onError: error => errors.push(error), ...options });
  let times = 0;
  let level = 1;
  server.export(
    PATH,
    implement(Greeter, {
      methods: {
        Greet([name]) {
          times++;
          server.emit(PATH, Greeter, 'Greeted', [name, times]);
          return `hello ${name}`;
        },
        Sum: args => {
          const [first, second] = args;
          if (second !== undefined) return (first as number) + second;
          return (first as number[]).reduce((sum, each) => sum + BigInt(each), 0n);
        },
        Pair: () => [7, 'seven'],
        Echo: ([value]) => value,
        EchoDict: ([dict]) => dict,
        Bytes: ([bytes]) => bytes.length,
        Count: ([numbers]) => numbers.length,
        Nothing: () => {},
        Throw() {
          throw new Error('the password is in /etc/shadow');
        },
        Refuse() {
          throw new DBusError('com.example.Error.Busy', 'Ask later');
        },
        WrongType: () => 'seven' as unknown as number,
        TooLarge: () => new Uint8Array(40 * 1024 * 1024),
        Never: () => new Promise<undefined>(() => {}),
        WhoAmI: (_, { caller }) => [caller.name, caller.uid ?? 0xffffffff, caller.pid ?? 0],
      },
      properties: {
        Times: { get: () => times },
        Level: {
          get: () => level,
          set(value) {
            if (value < 0) throw new DBusError('com.example.Error.Negative', 'Level cannot be negative');
            level = value;
          },
        },
        Token: { set: () => {} },
        Secret: { get: () => 'secret' },
        Broken: {
          get() {
            throw new Error('internal: /var/lib/x');
          },
        },
      },
    }),
  );
  await bus.requestName(NAME);
  return { server, errors };
}
