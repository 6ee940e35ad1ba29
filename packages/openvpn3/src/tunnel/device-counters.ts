import { deviceAttribute } from './device-attribute.ts';

/** What the kernel counted at a network device, as the host sees it: `tx` is what the host sends into the tunnel. */
export type DeviceCounters = {
  /** A new device has a new index, also when it has an old name. */
  readonly ifindex: bigint;
  readonly rxBytes: bigint;
  readonly txBytes: bigint;
  readonly rxPackets: bigint;
  readonly txPackets: bigint;
};

/** The counters of a device of this process's namespace; `undefined` when it is not there or just went. */
export async function readDeviceCounters(device: string): Promise<DeviceCounters | undefined> {
  const read = (attribute: string) => deviceAttribute(device, attribute);
  const ifindex = await read('ifindex');
  const [rxBytes, txBytes, rxPackets, txPackets] = await Promise.all(
    ['rx_bytes', 'tx_bytes', 'rx_packets', 'tx_packets'].map(name => read(`statistics/${name}`)),
  );
  // Another device may have taken the name meanwhile.
  if (ifindex === undefined || ifindex !== (await read('ifindex'))) return undefined;
  if (rxBytes === undefined || txBytes === undefined) return undefined;
  if (rxPackets === undefined || txPackets === undefined) return undefined;
  return { ifindex, rxBytes, txBytes, rxPackets, txPackets };
}
