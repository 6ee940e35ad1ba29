// A real tunnel and the network configuration service, which may be slow, silent or dead.
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Bus, defineInterface, implement } from '@ovpnkit/dbus';
import { eventually } from '@ovpnkit/lab/testing';
import { NETCFG, NETCFG_PATH } from '@ovpnkit/openvpn3';
import { unwrap } from '../answer.ts';
import { connectSession, openSession } from '../backend/session.ts';
import type { Backend } from '../backend.ts';
import { startStandIn } from '../stand-in.ts';
import { openTestBed, skip } from '../test-bed.ts';
import { call, changesFor, get, getAll, startNetcfg } from './netcfg-stage.ts';

const lines = [
  'server-ipv6 fd77:20::/64',
  'push "route 198.19.128.0 255.255.128.0"',
  'push "route-ipv6 fd77:21::/48"',
  'push "dhcp-option DNS 198.19.0.1"',
  'push "dhcp-option DOMAIN corp.example"',
  'push "dhcp-option DOMAIN-ROUTE lab.example"',
];

const pathOf = async (backend: Backend): Promise<string> => String(await backend.get('device_path'));
const interfaces = async (bus: Bus): Promise<unknown> =>
  (await call(bus, NETCFG_PATH, 'FetchInterfaceList'))[0];

/** Its own; those of the daemon are about what the kernel here can do. */
const warnings = (backend: Backend): string[] =>
  backend.signals.all.flatMap(({ member, args }) =>
    member === 'Log' && args[1] === 5 && !String(args[3]).startsWith('[Core]') ? [String(args[3])] : [],
  );

describe('a tunnel and the network configuration service', { skip, concurrency: 3 }, () => {
  it('tells it of its device, which then is an object of its own, and applies no DNS itself', async t => {
    const bed = await openTestBed(t, { server: { lines } });
    const { resolver } = bed;
    const service = await startNetcfg(t, bed.bus, bed.server.namespace(0));
    const root = await bed.bus.connect();
    const told = await changesFor(root);
    await call(root, NETCFG_PATH, 'NotificationSubscribe', 65535);
    const backend = await openSession(bed, 'cert');
    equal(await pathOf(backend), '/');
    await connectSession(backend);
    await eventually('it has told of its DNS', () => told.some(([type]) => type === 512));

    const path = await pathOf(backend);
    equal(path, `${NETCFG_PATH}/${backend.pid}_${backend.token.replaceAll('-', '_')}`);
    deepEqual(await interfaces(root), [path]);
    const device = await backend.get('device_name');
    deepEqual(await getAll(root, path), {
      acl: [],
      device_name: device,
      dns_name_servers: ['198.19.0.1'],
      dns_scope: 'global',
      dns_search_domains: ['corp.example'],
      dnssec_mode: '',
      layer: 3,
      mtu: 1500,
      owner: bed.bus.user.uid,
      reroute_ipv4: false,
      reroute_ipv6: false,
      txqueuelen: 0,
    });
    deepEqual(await get(root, NETCFG_PATH, 'global_dns_servers'), ['198.19.0.1']);
    const subnets = told
      .filter(([type]) => type === 16)
      .map(([, , { subnet, prefix }]) => `${subnet}/${prefix}`);
    ok(subnets.includes('198.19.128.0/17') && subnets.includes('fd77:21::/48'), subnets.join());
    const addresses = told.filter(([type]) => type === 4).map(([, , details]) => details.ip_version);
    deepEqual(addresses, ['4', '6']);
    const members = () => resolver.calls.map(([member]) => member);
    deepEqual(members(), ['SetLinkDNS', 'SetLinkDomains', 'SetLinkDefaultRoute']);
    deepEqual(resolver.calls[1]?.[2], [
      ['corp.example', false],
      ['lab.example', true],
    ]);

    unwrap(await backend.call('Pause', 'a while'));
    await eventually('the DNS is taken back', () => members().at(-1) === 'RevertLink');
    equal(await pathOf(backend), '/');
    await eventually('it has no device', async () => ((await interfaces(root)) as string[]).length === 0);
    unwrap(await backend.call('Resume'));
    await backend.waitForStatus('CONN_CONNECTED');
    await eventually('it is told again', async () => (await pathOf(backend)) === path);
    await eventually('the DNS is set again', () => members().length === 7);

    unwrap(await backend.call('Disconnect'));
    await backend.exited;
    await eventually('the DNS is taken back', () => members().length === 8);
    deepEqual(await interfaces(root), []);
    deepEqual(told.at(-1), [2, device, {}]);
    deepEqual(warnings(backend), []);
    service.kill('SIGTERM');
    equal(await service.exited, 0);
  });

  it('connects and ends as ever while it is silent, and applies its DNS itself', async t => {
    const bed = await openTestBed(t, { server: { lines } });
    const service = await startNetcfg(t, bed.bus, bed.server.namespace(0));
    const root = await bed.bus.connect();
    const backend = await openSession(bed, 'cert');
    service.kill('SIGSTOP');
    await connectSession(backend);
    await eventually('the DNS is set', () => bed.resolver.calls.length === 3);
    // The answer comes behind what was logged before the DNS was set.
    equal(await pathOf(backend), '/');
    match(warnings(backend).join(), /net\.openvpn\.v3\.netcfg does not take the device tun\d+/);
    unwrap(await backend.call('Restart'));
    await backend.waitForStatus('CONN_CONNECTED');
    unwrap(await backend.call('Disconnect'));
    await backend.exited;
    service.kill('SIGCONT');
    deepEqual(await interfaces(root), []);
  });

  it('goes on when it ends or dies, and tells the next one of its device', async t => {
    const bed = await openTestBed(t, { server: { lines } });
    const { resolver } = bed;
    const root = await bed.bus.connect();
    const backend = await openSession(bed, 'cert');
    await connectSession(backend);
    await eventually('the backend sets the DNS', () => resolver.calls.length === 3);

    const startNext = async () => {
      const service = await startNetcfg(t, bed.bus, bed.server.namespace(0));
      await eventually('it has the device and its DNS', async () => {
        const servers = await get(root, NETCFG_PATH, 'global_dns_servers');
        return Array.isArray(servers) && servers.length === 1 && (await pathOf(backend)) !== '/';
      });
      return service;
    };
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const before = resolver.calls.length;
      const service = await startNext();
      service.kill(signal);
      await service.exited;
      await eventually('the backend sets the DNS again', () => resolver.calls.length === before + 6);
      equal(await pathOf(backend), '/');
    }
    ok(resolver.calls.every(([member]) => member !== 'RevertLink'));

    await startNext();
    backend.kill('SIGKILL');
    await backend.exited;
    await eventually('its device is gone', async () => ((await interfaces(root)) as string[]).length === 0);
    await eventually('so is its DNS', () => resolver.calls.at(-1)?.[0] === 'RevertLink');
    deepEqual(warnings(backend), []);
  });

  it('applies its DNS itself where the deployed service is, which makes devices and takes none', async t => {
    const bed = await openTestBed(t, { server: { lines } });
    const calls: string[] = [];
    const Deployed = defineInterface({
      name: NETCFG,
      methods: { CreateVirtualInterface: { in: ['s name'], out: ['o path'] }, Cleanup: {} },
    });
    const methods = {
      CreateVirtualInterface() {
        calls.push('CreateVirtualInterface');
        return `${NETCFG_PATH}/nothing`;
      },
      Cleanup: () => void calls.push('Cleanup'),
    };
    await startStandIn(bed.bus, NETCFG, { [NETCFG_PATH]: implement(Deployed, { methods }) });
    const backend = await openSession(bed, 'cert');
    await connectSession(backend);
    await eventually('the DNS is set', () => bed.resolver.calls.length === 3);
    await eventually('nothing is left there', () => calls.length === 2);
    deepEqual(calls, ['CreateVirtualInterface', 'Cleanup']);
    equal(await pathOf(backend), '/');
    equal(warnings(backend).length, 1);
    unwrap(await backend.call('Disconnect'));
    await backend.exited;
    equal(bed.resolver.calls.at(-1)?.[0], 'RevertLink');
  });

  it('starts it when it is installed', async t => {
    const program = fileURLToPath(new URL('../run-service.js', import.meta.url));
    const service = `${process.execPath} ${program} service netcfg`;
    const script = `DBUS_SYSTEM_BUS_ADDRESS=$DBUS_STARTER_ADDRESS exec ${service}`;
    const bed = await openTestBed(t, {
      server: {},
      activation: [{ name: NETCFG, exec: `/bin/sh -c '${script}'` }],
    });
    const backend = await openSession(bed, 'cert');
    await connectSession(backend);
    await eventually('it has a device', async () => (await pathOf(backend)) !== '/');
    const root = await bed.bus.connect();
    deepEqual(await interfaces(root), [await pathOf(backend)]);
    deepEqual(warnings(backend), []);
  });
});
