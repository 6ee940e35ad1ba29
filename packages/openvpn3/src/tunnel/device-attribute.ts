import { open } from 'node:fs/promises';

/**
 * A number that the kernel tells about a network device of this process's namespace, below `/sys/class/net/NAME`.
 * `undefined` when there is no such device or no such number.
 */
export async function deviceAttribute(device: string, attribute: string): Promise<bigint | undefined> {
  if (!isDeviceName(device)) return undefined;
  const text = await readStart(`/sys/class/net/${device}/${attribute}`);
  const number = /^(\d+)\n$/.exec(text ?? '')?.[1];
  return number === undefined ? undefined : BigInt(number);
}

/** What Linux takes as a name: no other file can be meant. */
function isDeviceName(text: string): boolean {
  return /^[^\s/:\0]{1,15}$/.test(text) && text !== '.' && text !== '..';
}

/** As much of a file as a number of 64 bits needs; `undefined` when it cannot be read. */
async function readStart(path: string): Promise<string | undefined> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(32), 0, 32, 0);
      return buffer.toString('latin1', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return undefined; // Devices go at any time: ENOENT, ENODEV and EINVAL all say that this one has.
  }
}
