import { readFile } from 'node:fs/promises';

/**
 * The index of a network device in this process's namespace; `undefined` when there is no such device with an address.
 * What lies below /sys is no source: it shows the namespace in which it was mounted.
 */
export async function ifIndex(device: string): Promise<number | undefined> {
  const [ipv4 = '', ipv6 = ''] = await Promise.all(
    ['igmp', 'if_inet6'].map(name => readTable(`/proc/self/net/${name}`)),
  );
  return indexInIgmp(ipv4, device) ?? indexInIfInet6(ipv6, device);
}

/** /proc/net/igmp: `5	tun0      :     1      V3`. */
export function indexInIgmp(text: string, device: string): number | undefined {
  for (const [, index, name] of text.matchAll(/^(\d+)\t(\S+) *:/gm))
    if (name === device) return Number(index);
  return undefined;
}

/** /proc/net/if_inet6: address, index, length of the prefix, scope and flags as hexadecimal numbers, and the name. */
export function indexInIfInet6(text: string, device: string): number | undefined {
  for (const line of text.split('\n')) {
    const [, index = '', , , , name] = line.trim().split(/ +/);
    if (name === device) return Number.parseInt(index, 16);
  }
  return undefined;
}

/** A kernel without the protocol has no such file. */
const readTable = (path: string): Promise<string> => readFile(path, 'latin1').catch(() => '');
