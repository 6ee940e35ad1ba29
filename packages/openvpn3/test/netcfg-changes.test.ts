import { deepEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { IpAddress } from '@ovpnkit/management';
import fc from 'fast-check';
import { deviceAdded, dnsAdded, takenBack } from '../src/services/netcfg/network-change.ts';
import { type DeviceNetwork, deviceNetworkOf } from '../src/tunnel/device-network.ts';

const told = (changes: ReturnType<typeof deviceAdded>) =>
  changes.map(({ type, details }) => [type, Object.fromEntries(details)]);

test('the changes of a device are those that deployed programs were recorded to tell', () => {
  const address = { address: '10.99.0.2', prefix: 24, gateway: '10.99.0.1', ipv6: false };
  const route = { network: '10.98.0.0', prefix: 24, metric: -1, ipv6: false, exclude: false };
  const changes = deviceAdded([address], [route]);
  const recording = new URL('recordings/cli/probe-netcfg-device.txt', import.meta.url);
  const recorded = [
    ...readFileSync(recording, 'utf8').matchAll(/NetworkChange \[\d+, 'tun0', (\{.*\})\]/g),
  ].map(([, details = '']) => JSON.parse(details.replaceAll("'", '"')));
  deepEqual(
    [...told(changes), ...told(takenBack(changes))].map(([, details]) => details),
    recorded,
  );
  deepEqual(
    [...changes, ...takenBack(changes)].map(({ type }) => type),
    ['DEVICE_ADDED', 'IPADDR_ADDED', 'ROUTE_ADDED', 'ROUTE_REMOVED', 'IPADDR_REMOVED', 'DEVICE_REMOVED'],
  );
});

test('a route has the gateway of its own protocol, and one around the tunnel has none', () => {
  const address = (text: string, gateway: string, ipv6: boolean) => ({
    address: text,
    prefix: 64,
    gateway,
    ipv6,
  });
  const route = (network: string, ipv6: boolean, exclude: boolean) => ({
    network,
    prefix: 48,
    metric: -1,
    ipv6,
    exclude,
  });
  const changes = deviceAdded(
    [address('10.0.0.2', '10.0.0.1', false), address('fd00::2', 'fd00::1', true)],
    [route('fd01::', true, false), route('fd02::', true, true)],
  );
  const network = { ip_version: '6', prefix: '48', prefix_size: '48' };
  deepEqual(told(changes.slice(3)), [
    ['ROUTE_ADDED', { subnet: 'fd01::', ...network, gateway: 'fd00::1' }],
    ['ROUTE_EXCLUDED', { subnet: 'fd02::', ...network }],
  ]);
});

test('DNS is told by server and by domain', () => {
  const changes = dnsAdded(['198.19.0.1'], ['corp.example']);
  deepEqual(told(takenBack(changes)), [
    ['DNS_SEARCH_REMOVED', { search_domain: 'corp.example' }],
    ['DNS_SERVER_REMOVED', { dns_server: '198.19.0.1' }],
  ]);
});

const transcript = new URL(
  '../../management/test/recordings/transcripts/client-27-updown-a.txt',
  import.meta.url,
);

/** The environment of the first UP in a transcript. */
function recordedEnvironment(): Map<string, string> {
  const [, block = ''] =
    /^S: >UPDOWN:UP\n(.*?)^S: >UPDOWN:ENV,END$/ms.exec(readFileSync(transcript, 'utf8')) ?? [];
  return new Map(
    [...block.matchAll(/^S: >UPDOWN:ENV,([^=]*)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

test('a device is told as the daemon has configured it', () => {
  const network: DeviceNetwork = {
    layer: 3,
    mtu: 1500,
    addresses: [
      { address: '10.77.0.2', prefix: 24, gateway: '', ipv6: false },
      { address: 'fd77::1000', prefix: 64, gateway: 'fd77::1', ipv6: true },
    ],
    routes: [],
    server: IpAddress.parse('10.99.0.1'),
    reroutesIpv4: false,
  };
  deepEqual(deviceNetworkOf(recordedEnvironment()), network);
});

test('routes come in their order, with gaps in their numbers', () => {
  const routes = {
    route_network_10: '10.10.0.0',
    route_netmask_10: '255.255.254.0',
    route_metric_10: '7',
    route_network_2: '10.2.0.1',
    route_ipv6_network_3: 'fd03::/48',
    route_ipv6_network_4: 'broken',
    route_vpn_gateway: '10.77.0.1',
    redirect_gateway: '1',
  };
  const network = deviceNetworkOf(new Map([...recordedEnvironment(), ...Object.entries(routes)]));
  deepEqual(network.routes, [
    { network: '10.2.0.1', prefix: 32, metric: -1, ipv6: false, exclude: false },
    { network: '10.10.0.0', prefix: 23, metric: 7, ipv6: false, exclude: false },
    { network: 'fd03::', prefix: 48, metric: -1, ipv6: true, exclude: false },
  ]);
  deepEqual([network.addresses[0]?.gateway, network.reroutesIpv4], ['10.77.0.1', true]);
});

test('what is taken back was told before, each once', () => {
  const address = fc.record({
    address: fc.ipV4(),
    prefix: fc.nat(32),
    gateway: fc.ipV4(),
    ipv6: fc.boolean(),
  });
  const route = fc.record({
    network: fc.ipV4(),
    prefix: fc.nat(32),
    metric: fc.integer(),
    ipv6: fc.boolean(),
    exclude: fc.constant(false),
  });
  fc.assert(
    fc.property(fc.array(address), fc.array(route), fc.array(fc.ipV4()), (addresses, routes, servers) => {
      const changes = [...deviceAdded(addresses, routes), ...dnsAdded(servers, [])];
      const back = takenBack(changes);
      deepEqual(
        back.map(({ type }) => type.replace('REMOVED', 'ADDED')),
        changes.map(({ type }) => type).toReversed(),
      );
    }),
  );
});
