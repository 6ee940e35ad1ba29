import { open } from 'node:fs/promises';
import { parseStatusFile, type Status } from '@ovpnkit/management';

/** What a status file says, and when it was written. */
export type StatusFile = { readonly status: Status; readonly written: Date };

/** 1.5 million clients. A file that is longer is none, or has no end. */
const maxBytes = 2 ** 28;

/** The daemon writes into the file that is there, so that one that changes meanwhile may be half of each. */
const attempts = 5;

/** Reads the file of a daemon's `status` option, in any of the three formats. Rejects with what is wrong with it. */
export async function readStatusFile(path: string): Promise<StatusFile> {
  for (let attempt = 1; ; attempt++) {
    const { bytes, written, steady } = await read(path);
    if (!steady && attempt < attempts) continue;
    const status = parseStatusFile(bytes);
    if (status === undefined)
      throw new Error(
        `${path} is no status file of OpenVPN, which begins with 'OpenVPN CLIENT LIST' or TITLE`,
      );
    return { status, written };
  }
}

async function read(path: string): Promise<{ bytes: Buffer; written: Date; steady: boolean }> {
  const file = await open(path).catch((cause: Error) => {
    throw new Error(`the status file ${path} cannot be read: ${cause.message}`, { cause });
  });
  try {
    const before = await file.stat({ bigint: true });
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of file.createReadStream({ autoClose: false })) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) throw new Error(`the status file ${path} has more than ${maxBytes} bytes`);
    }
    const after = await file.stat({ bigint: true });
    const steady = before.mtimeNs === after.mtimeNs && before.size === after.size;
    return { bytes: Buffer.concat(chunks), written: after.mtime, steady };
  } finally {
    await file.close();
  }
}
