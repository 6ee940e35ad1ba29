import { readdir, readFile, readlink } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Where a daemon with these lines will listen; `none` when it connects to us instead (`management-client`). */
export type ManagementEndpoint =
  | { readonly type: 'unix'; readonly path: string }
  | { readonly type: 'tcp'; readonly port: number }
  | { readonly type: 'none' };

/** Reads the `management` line. Relative paths count from the directory that the daemon runs in. */
export function managementEndpoint(lines: readonly string[], directory: string): ManagementEndpoint {
  const words = lines.map(parameters);
  const [, address, port] = words.findLast(([option]) => option === 'management') ?? [];
  if (address === undefined || port === undefined) return { type: 'none' };
  if (words.some(([option]) => option === 'management-client')) return { type: 'none' };
  if (port === 'unix') return { type: 'unix', path: resolve(directory, address) };
  return { type: 'tcp', port: Number(port) };
}

const parameters = (line: string): string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double?.replace(/\\(.)/g, '$1') ?? single ?? plain ?? '',
  );

/**
 * Tells whether the daemon listens already, from the kernel's own list of sockets. To try to connect would be simpler,
 * but OpenVPN serves one connection at a time, and some options (`management-signal`) act when it closes.
 *
 * The list is that of the network namespace, where others may listen on the same port, or on a socket of the same
 * relative name in another directory: only sockets that this process holds count.
 */
export async function isListening(
  pid: number,
  endpoint: ManagementEndpoint,
  directory: string,
): Promise<boolean> {
  switch (endpoint.type) {
    case 'none':
      return true;
    case 'unix': {
      // Num: RefCount Protocol Flags Type St Inode Path; the flag is __SO_ACCEPTCON.
      const rows = (await table(pid, 'unix')).filter(([, , , flags, , , , ...path]) => {
        return flags === '00010000' && resolve(directory, path.join(' ')) === endpoint.path;
      });
      return holdsOneOf(
        pid,
        rows.map(row => row[6]),
      );
    }
    case 'tcp': {
      // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode, where st 0A is LISTEN.
      const suffix = `:${endpoint.port.toString(16).toUpperCase().padStart(4, '0')}`;
      const rows = [...(await table(pid, 'tcp')), ...(await table(pid, 'tcp6'))].filter(
        ([, local, , state]) => state === '0A' && local?.endsWith(suffix) === true,
      );
      return holdsOneOf(
        pid,
        rows.map(row => row[9]),
      );
    }
  }
}

/** Whether one of the open files of a process is a socket with one of these inode numbers. */
async function holdsOneOf(pid: number, inodes: readonly (string | undefined)[]): Promise<boolean> {
  if (inodes.length === 0) return false;
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const files = await Promise.all(descriptors.map(name => readlink(`${folder}/${name}`).catch(() => '')));
  return inodes.some(inode => files.includes(`socket:[${inode}]`));
}

/** One table of the network namespace that the process is in; empty when the process is gone or the kernel has no such protocol. */
async function table(pid: number, name: string): Promise<string[][]> {
  const text = await readFile(`/proc/${pid}/net/${name}`, 'utf8').catch(() => '');
  return text.split('\n').map(line => line.trim().split(/\s+/));
}
