// What goes wrong with the configuration manager, and with what it holds.
import { deepEqual, match, ok } from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DBusError, defineInterface, type Implementation, implement } from '@ovpnkit/dbus';
import { CONFIGURATION } from '@ovpnkit/openvpn3';
import { unwrap } from '../answer.ts';
import { startStandIn } from '../stand-in.ts';
import { openTestBed, skip, type TestBed } from '../test-bed.ts';
import { nothing, startWatched } from './watched-backend.ts';

const PROFILE = 'client\ndev tun\nremote 198.18.0.254\nauth-user-pass\n<ca>\nx\n</ca>\n';
const GARBAGE_PATH = '/net/openvpn/v3/configuration/garbage';

const openBed = (t: TestContext): Promise<TestBed> => openTestBed(t, { server: false, resolver: false });

describe('a configuration manager that goes wrong', { skip, concurrency: 3 }, () => {
  it('answers late: the registration goes on', async t => {
    const bed = await openBed(t);
    const backend = await startWatched(bed);
    const path = bed.configurations.register(PROFILE);
    await bed.configurations.freeze();
    const answer = backend.confirm(path);
    await sleep(1000); // of the four seconds that it has
    await bed.configurations.thaw();
    deepEqual(unwrap(await answer), ['profile']);
    unwrap(await backend.call('Disconnect'));
    deepEqual(await backend.remains(), nothing);
  });

  const absences: [string, (bed: TestBed) => Promise<void>, RegExp][] = [
    ['is silent', bed => bed.configurations.freeze(), /could not be fetched: .*(time|abort)/],
    [
      'is not there',
      bed => bed.configurations.release(),
      /could not be fetched: .*ServiceUnknown|was not provided/,
    ],
    ['dies', bed => bed.configurations.kill(), /could not be fetched/],
  ];
  for (const [what, act, why] of absences) {
    it(`${what}: the registration fails, and the process ends`, async t => {
      const bed = await openBed(t);
      const backend = await startWatched(bed);
      const path = bed.configurations.register(PROFILE);
      await act(bed);
      const answer = await backend.confirm(path);
      ok('error' in answer);
      match(answer.message, why);
      deepEqual(await backend.remains(), nothing);
      ok(backend.signals.all.some(({ member, args }) => member === 'Log' && args[1] === 8));
    });
  }

  const good = { name: () => 'profile', dco: () => false, overrides: () => new Map(), Fetch: () => PROFILE };
  const garbage: [string, Implementation][] = [
    ['a number for the profile', configuration({ ...good, Fetch: () => 7 }, { Fetch: 'u' })],
    ['a list for the name', configuration({ ...good, name: () => ['a'] }, { name: 'as' })],
    ['text for dco', configuration({ ...good, dco: () => 'yes' }, { dco: 's' })],
    [
      'an error for the profile',
      configuration({
        ...good,
        Fetch: () => {
          throw new DBusError('net.openvpn.v3.error.acl.denied', 'not for you');
        },
      }),
    ],
  ];
  for (const [what, implementation] of garbage) {
    it(`answers with ${what}: the registration fails, and the process ends`, async t => {
      const bed = await openBed(t);
      const backend = await startWatched(bed);
      await bed.configurations.release();
      await startStandIn(bed.bus, CONFIGURATION, { [GARBAGE_PATH]: implementation });
      const answer = await backend.confirm(GARBAGE_PATH);
      ok('error' in answer);
      match(answer.message, /could not be fetched/);
      deepEqual(await backend.remains(), nothing);
    });
  }

  const profiles: [string, string, RegExp][] = [
    ['nothing', '', /./],
    ['garbage', '\u0001\u0002<<<"\\\n\'\ufffd💥\n'.repeat(100), /./],
    ['1 MB of comments', `${PROFILE}${`# ${'x'.repeat(98)}\n`.repeat(10_000)}`, /262144|256|large|bytes/],
    ['one line of 1 MB', `${PROFILE}setenv A ${'x'.repeat(1_000_000)}\n`, /262144|256|large|bytes/],
    ['8 MB', 'x'.repeat(8_000_000), /./],
  ];
  for (const [what, profile, why] of profiles) {
    it(`has ${what} for a profile: it is refused with a reason, and the process ends`, async t => {
      const bed = await openBed(t);
      const backend = await startWatched(bed);
      const answer = await backend.confirm(bed.configurations.register(profile));
      ok('error' in answer);
      match(answer.message, why);
      ok(answer.message.length < 1000, 'the reason is short');
      deepEqual(await backend.remains(), nothing);
    });
  }
});

type Parts = Readonly<Record<'name' | 'dco' | 'overrides' | 'Fetch', () => unknown>>;

function configuration(values: Parts, types: Partial<Record<keyof Parts, string>> = {}): Implementation {
  const { name = 's', dco = 'b', overrides = 'a{sv}', Fetch = 's' } = types;
  const iface = defineInterface({
    name: CONFIGURATION,
    methods: { Fetch: { out: [`${Fetch} config`] } },
    properties: {
      name: { type: name, access: 'read' },
      dco: { type: dco, access: 'read' },
      overrides: { type: overrides, access: 'read' },
    },
  });
  return implement(iface, {
    methods: { Fetch: values.Fetch },
    properties: {
      name: { get: values.name },
      dco: { get: values.dco },
      overrides: { get: values.overrides },
    },
  } as never);
}
