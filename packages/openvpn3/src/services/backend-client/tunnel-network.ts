import { type Bus, ConnectionError, DBusError } from '@ovpnkit/dbus';
import type { Environment } from '@ovpnkit/management';
import type { LogCategoryName } from '../../contract/log.ts';
import { NETCFG, NETCFG_PATH } from '../../contract/names.ts';
import { type DeviceNetwork, deviceNetworkOf } from '../../tunnel/device-network.ts';
import type { Device } from '../../tunnel/endpoint.ts';
import type { Settings } from '../../tunnel/profile/overrides.ts';
import { attachDevice, describeDevice, withdraw } from './netcfg-device.ts';
import { createTunnelDns } from './tunnel-dns.ts';
import { type WantedDns, wantedDns } from './wanted-dns.ts';

type Log = (category: LogCategoryName, message: string) => void;

/**
 * Tells the network configuration service of the tunnel's device, and has it apply the DNS. While there is no such
 * service, the DNS is applied from here. The tunnel waits for none of it.
 */
export type TunnelNetwork = {
  up(device: Device, env: Environment, settings: Settings | undefined): void;
  down(): void;
  /** The service's object of the device; `undefined` when it has none. */
  readonly devicePath: string | undefined;
  /** Resolves when nothing is left that the service does not take back by itself. */
  settled(): Promise<void>;
};

/** A device that is up. */
type Up = {
  readonly device: string;
  readonly network: DeviceNetwork;
  readonly wanted: WantedDns;
  readonly over: AbortController;
  /** Who applies its DNS; `undefined` while that is not known. */
  dnsBy: 'us' | 'netcfg' | undefined;
  telling: boolean;
};

/** `token` is the name of the object. */
export function createTunnelNetwork(bus: Bus, token: string, log: Log): TunnelNetwork {
  const dns = createTunnelDns(bus, log);
  /** The unique name of the service. */
  let netcfg: string | undefined;
  /** How many there have been. */
  let services = 0;
  let current: Up | undefined;
  let devicePath: string | undefined;

  // When the bus is gone, so is the service.
  bus.watchName(NETCFG, onOwner).catch(() => {});

  function onOwner(owner: string | undefined): void {
    netcfg = owner;
    devicePath = undefined;
    if (owner !== undefined) services++;
    if (!current) return;
    if (owner !== undefined) void tell(current);
    else if (current.dnsBy === 'netcfg') applyDns(current);
  }

  function applyDns(up: Up): void {
    up.dnsBy = 'us';
    dns.up(up.device, up.wanted);
  }

  async function tell(up: Up): Promise<void> {
    if (up.telling) return;
    up.telling = true;
    // When there is none, being told is how it is started.
    const expected = netcfg === undefined ? services + 1 : services;
    try {
      await describeAndAttach(up);
    } catch (error) {
      if (!up.over.signal.aborted && !(error instanceof ConnectionError)) giveUp(up, error);
    }
    up.telling = false;
    if (up === current && netcfg !== undefined && services > expected) void tell(up); // another one has come meanwhile
  }

  async function describeAndAttach(up: Up): Promise<void> {
    const { device, network, wanted, over } = up;
    const path = await describeDevice(bus, token, network, wanted, over.signal);
    over.signal.throwIfAborted(); // it went down while the answer was on its way
    devicePath = path;
    log('VERB2', `Virtual interface created at ${path}`);
    // From here on it may apply the DNS, however late it answers.
    up.dnsBy = 'netcfg';
    const problem = await attachDevice(bus, path, device, over.signal);
    if (problem !== '') log('WARN', `The DNS settings of the server are not applied: ${problem}`);
  }

  function giveUp(up: Up, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const attaching = devicePath !== undefined && up.dnsBy === 'netcfg';
    if (attaching && !(error instanceof DBusError)) {
      log('WARN', `${NETCFG} is late to say whether the DNS settings of the server are applied: ${reason}`);
      return;
    }
    if (netcfg !== undefined) {
      log('WARN', `${NETCFG} does not take the device ${up.device}: ${reason}`);
      withdraw(bus, netcfg, NETCFG_PATH, ['Cleanup']);
    }
    devicePath = undefined;
    if (up.dnsBy !== 'us') applyDns(up);
  }

  function down(): void {
    current?.over.abort();
    if (netcfg !== undefined && current) {
      if (devicePath === undefined) withdraw(bus, netcfg, NETCFG_PATH, ['Cleanup']);
      else withdraw(bus, netcfg, devicePath, ['Disable', 'Destroy']);
    }
    current = undefined;
    devicePath = undefined;
    dns.down();
  }

  return {
    up({ name }, env, settings) {
      if (current) down();
      const wanted = wantedDns(env, settings);
      for (const ignored of wanted.dns.ignored) log('WARN', `DNS: ${ignored}`);
      current = {
        device: name,
        network: deviceNetworkOf(env),
        wanted,
        over: new AbortController(),
        dnsBy: undefined,
        telling: false,
      };
      void tell(current);
    },
    down,
    get devicePath() {
      return devicePath;
    },
    async settled() {
      if (netcfg !== undefined) withdraw(bus, netcfg, NETCFG_PATH, ['Cleanup']);
      await dns.settled();
    },
  };
}
