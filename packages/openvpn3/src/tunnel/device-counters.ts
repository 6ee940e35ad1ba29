import { readFileSync } from 'node:fs';

/** What the kernel counted at a network device, as the host sees it: `tx` is what the host sends into the tunnel. */
export type DeviceCounters = {
  readonly rxBytes: bigint;
  readonly txBytes: bigint;
  readonly rxPackets: bigint;
  readonly txPackets: bigint;
};

/**
 * The counters of a device of this process's network namespace; `undefined` when it is not there. They are read at once,
 * for a device that goes down takes its counters along.
 */
export function readDeviceCounters(device: string): DeviceCounters | undefined {
  return parseDeviceCounters(readFileSync('/proc/self/net/dev', 'latin1'), device);
}

/** `text` is that of /proc/net/dev: a name and 16 numbers a line. A name may hold anything but white space and colons. */
export function parseDeviceCounters(text: string, device: string): DeviceCounters | undefined {
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 0 || line.slice(0, colon).trim() !== device) continue;
    const [rxBytes, rxPackets, , , , , , , txBytes, txPackets] = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(BigInt);
    if (rxBytes === undefined || rxPackets === undefined) return undefined;
    if (txBytes === undefined || txPackets === undefined) return undefined;
    return { rxBytes, txBytes, rxPackets, txPackets };
  }
  return undefined;
}
