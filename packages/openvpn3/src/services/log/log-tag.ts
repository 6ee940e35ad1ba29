import { createHash } from 'node:crypto';

/** Marks the lines of one interface of one connection: a decimal number of 64 bits, always the same for the two. */
export const logTag = (sender: string, iface: string): string =>
  String(createHash('sha256').update(`[${sender}/${iface}]`).digest().readBigUInt64BE());
