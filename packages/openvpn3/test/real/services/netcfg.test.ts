import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Bus } from '@ovpnkit/dbus';
import { eventually } from '@ovpnkit/lab/testing';
import { NETCFG, NETCFG_PATH } from '@ovpnkit/openvpn3';
import { ask, unwrap } from '../answer.ts';
import { startLogService } from '../log-service.ts';
import { startResolver } from '../resolver.ts';
import { startSystemBus } from '../system-bus.ts';
import { skip } from '../test-bed.ts';
import { call, changesFor, get, getAll, set, startNetcfg } from './netcfg-stage.ts';

const NOBODY = { uid: 65534, gid: 65534 };
const ACCESS_DENIED = 'org.freedesktop.DBus.Error.AccessDenied';
const NETCFG_ERROR = 'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2ev3_2enetcfg_2eerror.Code36';
const AUTHORIZATION = 'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2egdbuspp.Code36';
const refusal = (text: string) => [NETCFG_ERROR, `GDBus.Error:net.openvpn.v3.netcfg.error: ${text}`];

const main = (bus: Bus, member: string, ...body: unknown[]) => call(bus, NETCFG_PATH, member, ...body);

/** The path of a new device. */
async function createDevice(bus: Bus, name: string): Promise<string> {
  const [path] = await main(bus, 'CreateVirtualInterface', name);
  match(String(path), new RegExp(`^/net/openvpn/v3/netcfg/\\d+_${name}$`));
  return String(path);
}

describe('the network configuration service', { skip, concurrency: 4 }, () => {
  it('tells subscribers of a device what the deployed one was recorded to tell', async t => {
    const systemBus = await startSystemBus(t);
    await startNetcfg(t, systemBus);
    const root = await systemBus.connect();
    const { bus: openvpn } = await systemBus.connectAs();
    const [all, addresses] = [await changesFor(root), await changesFor(openvpn)];
    await main(root, 'NotificationSubscribe', 65535);
    await main(openvpn, 'NotificationSubscribe', 4);
    deepEqual(await main(root, 'NotificationSubscriberList'), [
      [
        [root.uniqueName, 65535],
        [openvpn.uniqueName, 4],
      ],
    ]);

    const path = await createDevice(openvpn, 'probe0');
    deepEqual(await main(root, 'FetchInterfaceList'), [[path]]);
    await call(openvpn, path, 'AddIPAddress', '10.99.0.2', 24, '10.99.0.1', false);
    await call(openvpn, path, 'SetRemoteAddress', '10.99.0.1', false);
    await call(openvpn, path, 'AddNetworks', [['10.98.0.0', 24, -1, false, false]]);
    await set(openvpn, path, 'mtu', 1400);
    deepEqual(await call(openvpn, path, 'Attach', 'tun0'), ['']);
    deepEqual([await get(root, path, 'device_name'), await get(root, path, 'mtu')], ['tun0', 1400]);
    await call(openvpn, path, 'Disable');
    await call(openvpn, path, 'Destroy');
    deepEqual(await main(root, 'FetchInterfaceList'), [[]]);

    const network = { ip_version: '4', prefix: '24', prefix_size: '24' };
    const added = [4, 'tun0', { ip_address: '10.99.0.2', ...network }];
    await eventually('all is told', () => all.length >= 6);
    deepEqual(all, [
      [1, 'tun0', {}],
      added,
      [16, 'tun0', { subnet: '10.98.0.0', ...network, gateway: '10.99.0.1' }],
      [32, 'tun0', { subnet: '10.98.0.0', ...network }],
      [8, 'tun0', { ip_address: '10.99.0.2', ...network }],
      [2, 'tun0', {}],
    ]);
    deepEqual(addresses, [added]);
  });

  it('has the values of the deployed one for a device that nothing is known of', async t => {
    const systemBus = await startSystemBus(t);
    await startNetcfg(t, systemBus);
    const root = await systemBus.connect();
    const { bus: openvpn } = await systemBus.connectAs();
    const path = await createDevice(openvpn, 'probe0');
    deepEqual(await getAll(root, path), {
      acl: [],
      device_name: 'probe0',
      dns_name_servers: [],
      dns_scope: 'global',
      dns_search_domains: [],
      dnssec_mode: '',
      layer: 0,
      mtu: 1500,
      owner: systemBus.user.uid,
      reroute_ipv4: false,
      reroute_ipv6: false,
      txqueuelen: 0,
    });
    deepEqual(await getAll(root, NETCFG_PATH), {
      config_file: '',
      global_dns_search: [],
      global_dns_servers: [],
      log_level: 6,
      version: 'v27',
    });
    const [xml] = unwrap(
      await ask(root, {
        destination: NETCFG,
        path: '/net/openvpn/v3',
        interface: 'org.freedesktop.DBus.Introspectable',
        member: 'Introspect',
      }),
    );
    match(String(xml), /<node name="netcfg"\/>/);
  });

  it('refuses in the words of the deployed one, and lives on', async t => {
    const systemBus = await startSystemBus(t);
    const service = await startNetcfg(t, systemBus);
    const root = await systemBus.connect();
    const { bus: openvpn } = await systemBus.connectAs();
    const path = await createDevice(openvpn, 'probe0');
    deepEqual(
      await main(openvpn, 'CreateVirtualInterface', 'probe0'),
      refusal("Error creating virtual interface 'probe0'"),
    );
    deepEqual(await main(root, 'NotificationSubscribe', 0), refusal('Subscription filter flag must be > 0'));
    deepEqual(
      await main(root, 'NotificationSubscribe', 65536),
      refusal('Invalid subscription flag, must be < 65535'),
    );
    deepEqual(await main(root, 'NotificationUnsubscribe', ''), refusal('Failed to retrieve subscriber'));
    deepEqual(
      await main(root, 'NotificationUnsubscribe', ':1.1'),
      refusal("Subscription not found for ':1.1'"),
    );
    deepEqual(await main(openvpn, 'NotificationUnsubscribe', root.uniqueName), [
      AUTHORIZATION,
      `GDBus.Error:net.openvpn.gdbuspp: Autorization failed for ${openvpn.uniqueName} performing method call ` +
        'net.openvpn.v3.netcfg.NotificationUnsubscribe in object /net/openvpn/v3/netcfg',
    ]);
    deepEqual(await set(root, NETCFG_PATH, 'log_level', 9), [
      'org.freedesktop.DBus.Error.Failed',
      'Incorrect log level: 9 is higher than 6',
    ]);
    deepEqual(await set(root, NETCFG_PATH, 'log_level', 6), []);
    deepEqual(await main(openvpn, 'ProtectSocket', '10.231.0.1', false, '/'), [true]);

    const refusedCalls: [string, ...unknown[]][] = [
      ['AddIPAddress', 'nonsense', 24, '', false],
      ['AddIPAddress', '10.0.0.1', 33, '', false],
      ['AddIPAddress', '10.0.0.1', 24, '', true],
      ['AddNetworks', [['fd00::', 129, -1, true, false]]],
      ['AddNetworks', Array(5000).fill(['10.0.0.0', 8, -1, false, false])],
      ['AddDNS', ['8.8.8']],
      ['AddDNS', Array.from({ length: 65 }, (_, index) => `10.0.0.${index}`)],
      ['AddDNSSearch', ['x'.repeat(256)]],
      ['SetDNSSEC', 'perhaps'],
      ['SetDNSTransport', 'pigeon'],
      ['Attach', 'a/b'],
      ['Establish'],
    ];
    for (const [member, ...body] of refusedCalls)
      equal((await call(openvpn, path, member, ...body))[0], NETCFG_ERROR, member);
    equal((await set(openvpn, path, 'dns_scope', 'bogus'))[0], 'org.freedesktop.DBus.Error.Failed');
    const created = await Promise.all(
      Array.from({ length: 20 }, (_, index) => main(openvpn, 'CreateVirtualInterface', `more${index}`)),
    );
    equal(created.filter(([first]) => first === NETCFG_ERROR).length, 5);
    deepEqual(await get(root, path, 'dns_name_servers'), []);

    await call(openvpn, path, 'Destroy');
    deepEqual(await call(openvpn, path, 'Destroy'), [
      'org.freedesktop.DBus.Error.UnknownMethod',
      `Object does not exist at path “${path}”`,
    ]);
    service.kill('SIGTERM');
    equal(await service.exited, 0);
  });

  it('lets strangers read how it is set, and nothing else', async t => {
    const systemBus = await startSystemBus(t);
    await startNetcfg(t, systemBus);
    const { bus: openvpn } = await systemBus.connectAs();
    const { bus: stranger } = await systemBus.connectAs(NOBODY);
    const path = await createDevice(openvpn, '');
    equal(await get(stranger, NETCFG_PATH, 'version'), 'v27');
    equal(await get(stranger, path, 'mtu'), ACCESS_DENIED);
    for (const member of ['FetchInterfaceList', 'NotificationSubscriberList', 'Cleanup', 'DcoAvailable'])
      equal((await call(stranger, NETCFG_PATH, member))[0], ACCESS_DENIED, member);
    equal((await call(stranger, path, 'Destroy'))[0], ACCESS_DENIED);
  });

  it('forgets the devices and the subscription of a program that leaves the bus', async t => {
    const systemBus = await startSystemBus(t);
    await startNetcfg(t, systemBus);
    const root = await systemBus.connect();
    const told = await changesFor(root);
    await main(root, 'NotificationSubscribe', 1 | 2);
    const owner = await systemBus.connectAs();
    await main(owner.bus, 'NotificationSubscribe', 1);
    const path = await createDevice(owner.bus, 'probe1');
    await createDevice(owner.bus, 'probe2');
    await call(owner.bus, path, 'Attach', 'tun7');
    await owner.kill();
    await eventually('its device is gone', () => told.length >= 2);
    deepEqual(told, [
      [1, 'tun7', {}],
      [2, 'tun7', {}],
    ]);
    deepEqual(await main(root, 'FetchInterfaceList'), [[]]);
    deepEqual(await main(root, 'NotificationSubscriberList'), [[[root.uniqueName, 3]]]);
  });

  it('sets the DNS of a device when it is up, tells of it, and takes it back', async t => {
    const systemBus = await startSystemBus(t);
    const resolver = await startResolver(systemBus);
    const log = await startLogService(systemBus);
    await startNetcfg(t, systemBus);
    const root = await systemBus.connect();
    const { bus: openvpn } = await systemBus.connectAs();
    const told = await changesFor(root);
    await main(root, 'NotificationSubscribe', 128 | 256 | 512 | 1024);
    const path = await createDevice(openvpn, 'dns');
    await set(openvpn, path, 'dns_scope', 'tunnel');
    await call(openvpn, path, 'AddDNS', ['198.19.0.1', 'fd77:19::1']);
    await call(openvpn, path, 'AddDNSSearch', ['corp.example', '~lab.example']);
    await call(openvpn, path, 'SetDNSSEC', 'optional');
    equal(resolver.calls.length, 0);
    deepEqual(await get(root, NETCFG_PATH, 'global_dns_servers'), []);

    // Only a device that is in the service's network has a number.
    deepEqual(await call(openvpn, path, 'Attach', 'nosuch0'), ['the device nosuch0 is down again']);
    await call(openvpn, path, 'Disable');
    deepEqual(await call(openvpn, path, 'Attach', 'lo'), ['']);
    deepEqual(
      resolver.calls.map(([member]) => member),
      ['SetLinkDNS', 'SetLinkDomains', 'SetLinkDefaultRoute', 'SetLinkDNSSEC'],
    );
    deepEqual(resolver.calls[1]?.[2], [
      ['corp.example', false],
      ['lab.example', true],
    ]);
    deepEqual(await get(root, NETCFG_PATH, 'global_dns_servers'), ['198.19.0.1', 'fd77:19::1']);
    deepEqual(await get(root, NETCFG_PATH, 'global_dns_search'), ['corp.example']);
    await main(openvpn, 'Cleanup');
    deepEqual(resolver.calls[4]?.[0], 'RevertLink');
    deepEqual(await get(root, NETCFG_PATH, 'global_dns_servers'), []);
    await eventually('all is told', () => told.length >= 6);
    deepEqual(told, [
      [128, 'lo', { dns_server: '198.19.0.1' }],
      [128, 'lo', { dns_server: 'fd77:19::1' }],
      [512, 'lo', { search_domain: 'corp.example' }],
      [1024, 'lo', { search_domain: 'corp.example' }],
      [256, 'lo', { dns_server: 'fd77:19::1' }],
      [256, 'lo', { dns_server: '198.19.0.1' }],
    ]);
    const warning = await log.signals.next('Log', ([group, category]) => group === 8 && category === 5);
    ok(String(warning.args[2]).startsWith('The DNS settings of nosuch0 are not applied'));
  });
});
