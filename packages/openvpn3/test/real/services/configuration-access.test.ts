import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Bus, Variant } from '@ovpnkit/dbus';
import { CONFIGURATION_PATH } from '@ovpnkit/openvpn3';
import { unwrap } from '../answer.ts';
import { skip } from '../test-bed.ts';
import {
  ACCESS_DENIED,
  call,
  getAll,
  isRefused,
  NEWS,
  NOBODY,
  openStage,
  properties,
  REFUSED,
  set,
} from './configuration-stage.ts';

describe('access to configurations', { skip, concurrency: 4 }, () => {
  it('finds configurations by name, tag and owner, for whom they are', async t => {
    const stage = await openStage(t);
    const { games, bus } = stage;
    const first = await stage.importAs('same');
    const paths = [first, await stage.importAs('same'), await stage.importAs('')].sort();
    unwrap(await call(games, first, 'AddTag', 's', 'work'));
    const find = async (from: Bus, member: string, ...args: string[]) =>
      unwrap(await call(from, CONFIGURATION_PATH, member, 's'.repeat(args.length), ...args))[0];
    deepEqual(await find(games, 'FetchAvailableConfigs'), paths);
    deepEqual(((await find(games, 'LookupConfigName', 'same')) as string[]).length, 2);
    deepEqual(((await find(games, 'LookupConfigName', '')) as string[]).length, 1);
    deepEqual(await find(games, 'SearchByTag', 'work'), [first]);
    for (const user of ['games', '5']) deepEqual(await find(games, 'SearchByOwner', user), paths);
    for (const user of ['root', 'nobody-has-this-name', '-x', ''])
      deepEqual(await find(games, 'SearchByOwner', user), []);
    const { bus: news } = await bus.connectAs(NEWS);
    deepEqual(await find(news, 'FetchAvailableConfigs'), []);
    unwrap(await call(games, first, 'AccessGrant', 'u', NEWS.uid));
    deepEqual(await find(news, 'LookupConfigName', 'same'), [first]);
    unwrap(await set(games, first, 'public_access', new Variant('b', true)));
    deepEqual(await find(await bus.connect(), 'SearchByOwner', 'games'), [first]);
  });

  it('lets each user read what is meant for him, and leaves the rest out of GetAll', async t => {
    const stage = await openStage(t);
    const { bus, games } = stage;
    const path = await stage.importAs('p');
    unwrap(await call(games, path, 'AccessGrant', 'u', NEWS.uid));
    const every = Object.keys(await getAll(games, path));
    equal(every.length, 16);
    const shared = every.filter(name => name !== 'single_use');
    const readable: [Bus, readonly string[]][] = [
      [(await bus.connectAs(NEWS)).bus, every],
      [(await bus.connectAs(NOBODY)).bus, ['owner']],
      [await bus.connect(), ['owner']],
      [(await bus.connectAs()).bus, shared],
    ];
    for (const [from, names] of readable) {
      deepEqual(Object.keys(await getAll(from, path)), names);
      for (const name of every) {
        const answer = await properties(from, path, 'Get', 'ss', name);
        if (names.includes(name)) unwrap(answer);
        else isRefused(answer, ACCESS_DENIED, 'Access to the configuration profile is denied.');
      }
    }
  });

  it('lets nobody but the owner change anything, and those who have access a little', async t => {
    const stage = await openStage(t);
    const { bus, games } = stage;
    const path = await stage.importAs('p');
    unwrap(await call(games, path, 'AccessGrant', 'u', NEWS.uid));
    const methods: [string, string, ...unknown[]][] = [
      ['SetOption', 'ss', 'a', 'b'],
      ['SetOverride', 'sv', 'ipv6', new Variant('s', 'no')],
      ['UnsetOverride', 's', 'ipv6'],
      ['AddTag', 's', 't'],
      ['RemoveTag', 's', 't'],
      ['AccessGrant', 'u', 77],
      ['AccessRevoke', 'u', 77],
      ['Seal', ''],
      ['Remove', ''],
    ];
    const news = (await bus.connectAs(NEWS)).bus;
    const strangers = [(await bus.connectAs(NOBODY)).bus, await bus.connect(), (await bus.connectAs()).bus];
    const denied = 'GDBus.Error:net.openvpn.gdbuspp: Access to the configuration profile is denied.';
    for (const from of [news, ...strangers]) {
      for (const [member, signature, ...args] of methods)
        isRefused(await call(from, path, member, signature, ...args), REFUSED, denied);
    }
    for (const name of ['dco', 'transfer_owner_session', 'locked_down', 'public_access']) {
      for (const from of [...strangers, ...(['dco', 'transfer_owner_session'].includes(name) ? [] : [news])])
        isRefused(
          await set(from, path, name, new Variant('b', true)),
          ACCESS_DENIED,
          'Configuration can only be modified by the profile owner',
        );
    }
    const [stranger, root, openvpn] = strangers;
    for (const from of [stranger, root]) {
      if (!from) throw new Error('there are three');
      for (const member of ['Fetch', 'FetchJSON', 'Validate'])
        isRefused(await call(from, path, member), REFUSED, denied);
    }
    for (const from of [news, openvpn]) unwrap(await call(from ?? news, path, 'Fetch'));
    unwrap(await call(news, path, 'Validate'));
    unwrap(await set(news, path, 'dco', new Variant('b', true)));
    unwrap(await set(games, path, 'locked_down', new Variant('b', true)));
    isRefused(await call(news, path, 'Fetch'), REFUSED, denied);
    // Every one of them is the owner's.
    for (const [member, signature, ...args] of methods)
      unwrap(await call(games, path, member, signature, ...args));
  });

  it('seals for good what is valid', async t => {
    const stage = await openStage(t);
    const { games } = stage;
    const invalid = await stage.importAs('p', { profile: 'client\n' });
    isRefused(
      await call(games, invalid, 'Seal'),
      REFUSED,
      'GDBus.Error:net.openvpn.gdbuspp: Configuration is not currently valid',
    );
    const path = await stage.importAs('p');
    for (let times = 0; times < 2; times++) unwrap(await call(games, path, 'Seal'));
    const sealed = 'Configuration profile is sealed and read-only';
    isRefused(
      await call(games, path, 'AddTag', 's', 't'),
      REFUSED,
      `GDBus.Error:net.openvpn.gdbuspp: ${sealed}`,
    );
    isRefused(await set(games, path, 'name', new Variant('s', 'x')), ACCESS_DENIED, sealed);
    unwrap(await call(games, path, 'Fetch'));
    unwrap(await call(games, path, 'Remove'));
  });

  it('hands a configuration over when root says so, and nobody else', async t => {
    const stage = await openStage(t);
    const { games, bus } = stage;
    const path = await stage.importAs('p', { persistent: true });
    unwrap(await call(games, path, 'Seal'));
    const transfer = (from: Bus, which: string) =>
      call(from, CONFIGURATION_PATH, 'TransferOwnership', 'ou', which, NEWS.uid);
    for (const from of [games, (await bus.connectAs()).bus]) {
      const answer = await transfer(from, path);
      ok('error' in answer && answer.error === ACCESS_DENIED);
    }
    const root = await bus.connect();
    unwrap(await transfer(root, `${CONFIGURATION_PATH}/nosuch`));
    unwrap(await transfer(root, path));
    deepEqual(await getAll(games, path), { owner: NEWS.uid });
  });
});
