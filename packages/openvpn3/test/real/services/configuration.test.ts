import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { Variant } from '@ovpnkit/dbus';
import { processFacts } from '@ovpnkit/lab/testing';
import { CONFIGURATION, CONFIGURATION_PATH } from '@ovpnkit/openvpn3';
import { ask, unwrap } from '../answer.ts';
import { startLogService } from '../log-service.ts';
import { serviceVariables } from '../service-variables.ts';
import { skip } from '../test-bed.ts';
import { call, getAll, isRefused, openStage, PROFILE, set } from './configuration-stage.ts';

describe('the configuration manager', { skip, concurrency: 4 }, () => {
  it('runs as the user openvpn with nothing in its environment but the bus, and announces itself', async t => {
    const { bus, service, games } = await openStage(t);
    const { uid, environment, effectiveCapabilities } = processFacts(service.pid);
    deepEqual([uid, effectiveCapabilities], [bus.user.uid, 0n]);
    deepEqual(environment, serviceVariables(bus.address));
    deepEqual(await getAll(games, CONFIGURATION_PATH), { version: 'v27' });
  });

  it('gives an imported profile to its owner, tells of it, and forgets it when it is removed', async t => {
    const stage = await openStage(t);
    const { games, signals } = stage;
    const path = await stage.importAs('p-a');
    match(path, /^\/net\/openvpn\/v3\/configuration\/[0-9a-f]{8}(x[0-9a-f]{4}){3}x[0-9a-f]{12}$/);
    deepEqual((await signals.next('ConfigurationManagerEvent')).args, [path, 1, 5]);
    deepEqual(unwrap(await call(games, path, 'Fetch')), [PROFILE]);
    deepEqual(unwrap(await call(games, path, 'Validate')), []);
    match(String(unwrap(await call(games, path, 'FetchJSON'))[0]), /"UV_A",\n/);
    const { import_timestamp, ...all } = await getAll(games, path);
    deepEqual(Object.keys(all), Object.keys(all).toSorted());
    deepEqual(all, {
      acl: [],
      dco: false,
      last_used_timestamp: 0n,
      locked_down: false,
      name: 'p-a',
      overrides: new Map(),
      owner: 5,
      persistent: false,
      public_access: false,
      readonly: false,
      single_use: false,
      tags: [],
      transfer_owner_session: false,
      used_count: 0,
      valid: true,
    });
    ok(Math.abs(Number(import_timestamp) - Date.now() / 1000) < 60);
    unwrap(await call(games, path, 'Remove'));
    deepEqual((await signals.next('ConfigurationManagerEvent')).args, [path, 2, 5]);
    isRefused(
      await call(games, path, 'Remove'),
      'org.freedesktop.DBus.Error.UnknownMethod',
      `Object does not exist at path “${path}”`,
    );
  });

  it('tells everybody what was written, and nobody what was not', async t => {
    const stage = await openStage(t);
    const { games, signals } = stage;
    const path = await stage.importAs('p');
    unwrap(await call(games, path, 'AddTag', 's', 't'));
    unwrap(await set(games, path, 'name', new Variant('s', 'new\x01name\n')));
    deepEqual((await signals.next('PropertiesChanged')).args, [
      CONFIGURATION,
      new Map([['name', new Variant('s', 'newname')]]),
      [],
    ]);
    isRefused(
      await set(games, path, 'valid', new Variant('b', false)),
      'org.freedesktop.DBus.Error.InvalidArgs',
      'Property “valid” is not writable',
    );
    equal(signals.all.filter(({ member }) => member === 'PropertiesChanged').length, 1);
  });

  it('refuses what is no profile, as the deployed program does', async t => {
    const { games } = await openStage(t);
    isRefused(
      await call(games, CONFIGURATION_PATH, 'Import', 'ssbb', 'bad', 'client\n<ca>\nabc\n', false, false),
      'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2egdbuspp_2erequest.Code36',
      'GDBus.Error:net.openvpn.gdbuspp.request: Invalid configuration profile: ERR_INVALID_OPTION_VAL: option_error: option <ca> was not properly closed out',
    );
    isRefused(
      await call(games, CONFIGURATION_PATH, 'Import', 'ss', 'a', 'b'),
      'org.freedesktop.DBus.Error.InvalidArgs',
      'Type of message, “(ss)”, does not match expected type “(ssbb)”',
    );
  });

  it('logs from the object that it is about, without secrets, to whoever is the log service', async t => {
    const stage = await openStage(t);
    const { bus, games, log, service } = stage;
    deepEqual((await log.signals.next('Log')).args, [2, 4, 'OpenVPN 3 Configuration Manager started']);
    deepEqual(log.calls, [{ member: 'Attach', args: [CONFIGURATION], sender: service.uniqueName }]);
    const path = await stage.importAs('p');
    const line = await log.signals.next('Log');
    deepEqual([line.path, line.args], [path, [2, 4, "Parsed configuration 'p', owner: UID 5"]]);
    unwrap(await call(games, path, 'SetOverride', 'sv', 'proxy-password', new Variant('s', 'TOPSECRET')));
    match(
      String((await log.signals.next('Log')).args[2]),
      /^Setting configuration override 'proxy-password' to a secret/,
    );
    ok(!service.output().includes('TOPSECRET'));

    await log.kill();
    unwrap(await call(games, path, 'UnsetOverride', 's', 'proxy-password'));
    const next = await startLogService(bus);
    deepEqual((await next.signals.next('Log')).args, [
      2,
      4,
      "Unset configuration override 'proxy-password' by UID 5",
    ]);
    equal(next.calls[0]?.member, 'Attach');
    service.kill('SIGTERM');
    await service.exited;
    equal(next.calls.at(-1)?.member, 'Detach');
  });

  it('serves without a log service, and with one that takes nothing', async t => {
    const stage = await openStage(t);
    await stage.log.freeze();
    const path = await stage.importAs('p');
    await stage.log.kill();
    unwrap(await call(stage.games, path, 'Remove'));
    stage.service.kill('SIGTERM');
    equal(await stage.service.exited, 0);
    const again = await stage.start();
    await stage.importAs('q');
    again.kill('SIGINT');
    equal(await again.exited, 0);
  });

  it('is introspected with the members of the deployed one, and its parents list it', async t => {
    const stage = await openStage(t);
    const path = await stage.importAs('p');
    const introspect = async (at: string) =>
      String(
        unwrap(
          await ask(stage.games, {
            destination: CONFIGURATION,
            path: at,
            interface: 'org.freedesktop.DBus.Introspectable',
            member: 'Introspect',
          }),
        )[0],
      );
    match(await introspect('/net/openvpn/v3'), /<node name="configuration"\/>/);
    ok((await introspect(CONFIGURATION_PATH)).includes(`<node name="${basename(path)}"/>`));
    match(await introspect(path), /<method name="SetOverride">/);
  });
});
