// What can happen to a tunnel, as fast-check makes it up.
import { type DynamicChallenge, Secret, type StaticChallenge } from '@ovpnkit/management';
import fc from 'fast-check';
import type { DaemonInput, Input, TimeInput } from '../src/tunnel/machine/input.ts';
import type { DaemonQuestion, Requirements } from '../src/tunnel/machine/state.ts';

/** Every answer of the user's but the name holds this. It is base64, as a signature must be. */
export const SECRET = 'hunter22';

export const requirements: fc.Arbitrary<Requirements> = fc.record({
  userPassword: fc.boolean(),
  staticChallenge: fc.constantFrom<Requirements['staticChallenge'][]>(
    undefined,
    { text: 'PIN', echo: true, format: 'scrv1' },
    { text: 'PIN', echo: false, format: 'concat' },
  ),
  encryptedKey: fc.boolean(),
  httpProxy: fc.boolean(),
  dnsScope: fc.constantFrom('global', 'tunnel'),
});

const dynamicChallenge: DynamicChallenge = {
  text: 'OTP?',
  echo: false,
  response: true,
  stateId: 'state',
  username: 'alice',
};

const passwords = ['Auth', 'Private Key', 'HTTP Proxy', 'SOCKS Proxy', 'Card token'];

export const question: fc.Arbitrary<DaemonQuestion> = fc.oneof(
  fc.record<Extract<DaemonQuestion, { type: 'password' }>>({
    type: fc.constant('password'),
    name: fc.constantFrom(...passwords),
    staticChallenge: fc.constantFrom<(StaticChallenge | undefined)[]>(undefined, {
      text: 'PIN',
      echo: true,
      concat: false,
    }),
  }),
  fc.constantFrom<DaemonQuestion[]>(
    { type: 'confirmation', name: 'token-insertion-request', text: 'Insert it' },
    { type: 'challenge', text: 'Code?', echo: true },
    { type: 'signature', data: 'AAAA', algorithm: 'ECDSA' },
  ),
);

/** What a daemon says during an attempt or a connection, and does not end with. */
export const saying: fc.Arbitrary<DaemonInput> = fc.oneof(
  fc.record({
    type: fc.constant('progress' as const),
    step: fc.constantFrom('attempt', 'waiting', 'first answer', 'configuration'),
  }),
  fc.constant<DaemonInput>({ type: 'connected', name: 'server', summary: 'server:1194' }),
  fc.record({ type: fc.constant('question' as const), question }),
  fc.record({ type: fc.constant('password-refused' as const), name: fc.constantFrom(...passwords) }),
  fc.constantFrom<DaemonInput[]>(
    { type: 'open-url', url: 'https://login.example' },
    { type: 'server-halt', text: 'go home' },
    { type: 'inactive' },
    { type: 'auth-token' },
  ),
);

/** What a daemon says before it goes back to where it is held. */
export const parting: fc.Arbitrary<DaemonInput> = fc.constantFrom<DaemonInput[]>(
  { type: 'restarting', cause: undefined },
  { type: 'restarting', cause: { text: 'Certificate verification failed' } },
  { type: 'authentication-failed', challenge: undefined },
  { type: 'authentication-failed', challenge: dynamicChallenge },
);

export const held: fc.Arbitrary<DaemonInput> = fc.record({
  type: fc.constant('held' as const),
  wait: fc.constantFrom(0, 2, 300),
});

export const exited: DaemonInput = { type: 'exited', text: 'The OpenVPN daemon ended with code 1' };

export const notStarted: fc.Arbitrary<DaemonInput> = fc.constantFrom<DaemonInput[]>(
  { type: 'configuration-refused', text: 'Unrecognized option' },
  { type: 'unavailable', text: 'It is not installed' },
);

/** A call, given its number. An answer of the user's goes to one of the entries that are there. */
export type MakeCall = (call: number, open: readonly UserInputTarget[]) => Input;
export type UserInputTarget = Pick<
  Extract<Input, { type: 'UserInputProvide' }>,
  'attention' | 'group' | 'id'
> & { readonly name: string };

export const registration: fc.Arbitrary<MakeCall> = fc.tuple(requirements, fc.boolean(), fc.boolean()).map(
  ([requirements, good, answered]): MakeCall =>
    call =>
      good || answered
        ? {
            type: 'register',
            call,
            sessionPath: '/session',
            configPath: '/configuration',
            requirements,
            answers: new Map(
              answered
                ? [
                    ['username', new Secret('alice')],
                    ['password', new Secret(SECRET)],
                  ]
                : [],
            ),
          }
        : { type: 'refuse-profile', call, configPath: '/configuration', text: 'no remote' },
);

export const call: fc.Arbitrary<MakeCall> = fc.oneof(
  fc.constantFrom('Ready' as const, 'Connect' as const, 'Resume' as const, 'Restart' as const).map(
    (type): MakeCall =>
      call => ({ type, call }),
  ),
  fc.constant<MakeCall>(call => ({ type: 'Pause', call, reason: 'lunch\n' })),
  fc.constant<MakeCall>(() => ({ type: 'set-dco' })),
  fc.nat(9).map(
    (n): MakeCall =>
      (call, open) => {
        const { attention, group, id, name } = open[n % open.length] ?? {
          attention: 'CREDENTIALS',
          group: 'USER_PASSWORD',
          id: n,
          name: '',
        };
        const value = name === 'username' ? 'alice' : n === 9 ? '' : SECRET;
        return { type: 'UserInputProvide', call, attention, group, id, value };
      },
  ),
);

export const ending: fc.Arbitrary<MakeCall> = fc.constantFrom<MakeCall[]>(
  call => ({ type: 'Disconnect', call }),
  call => ({ type: 'ForceShutdown', call }),
  () => ({ type: 'terminate' }),
);

export const time: fc.Arbitrary<TimeInput> = fc.oneof(
  fc.constantFrom<TimeInput[]>({ type: 'release-due' }, { type: 'registration-due' }, { type: 'terminate' }),
  fc.record({ type: fc.constant('call-due' as const), call: fc.nat(20) }),
);
