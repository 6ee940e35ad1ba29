import { deviceAttribute } from '../device-attribute.ts';

/** The index of a network device in this process's namespace; `undefined` when there is no such device. */
export async function ifIndex(device: string): Promise<number | undefined> {
  const index = await deviceAttribute(device, 'ifindex');
  return index === undefined ? undefined : Number(index);
}
