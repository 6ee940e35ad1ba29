import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type Endpoint, localhost } from './address.ts';

/**
 * What the system tells of a daemon that is silent: `held` by another program, which `who` names where that can be known;
 * `free`, so that the daemon itself is busy; or `unknown`, from elsewhere than where the daemon runs.
 */
export type Holder =
  | { readonly type: 'held'; readonly who: string | undefined }
  | { readonly type: 'free' }
  | { readonly type: 'unknown' };

/** Asks Linux, which keeps no connection that was not accepted under a number of its own. Never rejects. */
export async function findHolder(endpoint: Endpoint): Promise<Holder> {
  try {
    return 'path' in endpoint ? await ofUnix(endpoint.path) : await ofTcp(endpoint);
  } catch {
    return { type: 'unknown' };
  }
}

const connected = '03';
const listening = '00010000';

/** `/proc/net/unix` has the listener and the daemon's ends under the path; that of who waits in the queue has inode 0. */
async function ofUnix(path: string): Promise<Holder> {
  const rows = (await readFile('/proc/net/unix', 'utf8')).split('\n').filter(row => row.endsWith(` ${path}`));
  const accepted = rows.flatMap(row => {
    const [, , , , , state, inode = '0'] = row.split(/ +/);
    return state === connected && inode !== '0' ? [inode] : [];
  });
  if (accepted[0] !== undefined) return heldBy(await peerOf(accepted[0]));
  // A row is of the network namespace of who connected: where the listener is elsewhere, so may be its programs.
  return rows.some(row => row.split(/ +/)[3] === listening) ? { type: 'free' } : { type: 'unknown' };
}

type Process = { readonly name: string; readonly pid: number };

/** Our own connection may be the one that was accepted, by something that does not greet. */
function heldBy(other: Process | undefined): Holder {
  if (other?.pid === process.pid) return { type: 'unknown' };
  return { type: 'held', who: other && `${other.name} (process ${other.pid})` };
}

/** The program at the other end of a unix socket: `ss` alone tells which two belong together. */
async function peerOf(inode: string): Promise<Process | undefined> {
  const { stdout } = await promisify(execFile)('ss', ['-xpHn'], { timeout: 1000, maxBuffer: 2 ** 26 }).catch(
    () => ({ stdout: '' }),
  );
  const mine = new RegExp(` ${inode} +\\S+ +(\\d+)(?: |$)`, 'm').exec(stdout)?.[1];
  const [, name, pid] =
    new RegExp(` ${mine} +\\S+ +${inode} +users:\\(\\("([^"]*)",pid=(\\d+)`, 'm').exec(stdout) ?? [];
  return name === undefined ? undefined : { name, pid: Number(pid) };
}

const established = '01';

/** The daemon's ends of a port on this machine, and whose the other end is. */
async function ofTcp({ host = localhost, port }: Extract<Endpoint, { port: number }>): Promise<Holder> {
  if (host !== 'localhost' && host !== '::1' && !/^127\./.test(host)) return { type: 'unknown' };
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map(file => readFile(file, 'utf8').catch(() => '')),
  );
  const rows = tables.flatMap(table => table.split('\n').slice(1)).map(row => row.trim().split(/\s+/));
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const ends = rows.filter(([, local = '']) => local.endsWith(hex));
  if (ends.length === 0) return { type: 'unknown' };
  const held = ends.find(([, , , state, , , , , , inode]) => state === established && inode !== '0');
  if (!held) return { type: 'free' };
  const other = rows.find(([, local, remote]) => local === held[2] && remote === held[1]);
  return heldBy(await ownerOf(other?.[9] ?? ''));
}

/** The process that has this socket open, of those that this user may look at. */
async function ownerOf(inode: string): Promise<Process | undefined> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    for (const descriptor of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      if (target !== `socket:[${inode}]`) continue;
      const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
      return { name, pid: Number(pid) };
    }
  }
  return undefined;
}

/** One sentence for an error: who holds the connection, or what the daemon may be busy with. */
export function describeHolder(holder: Holder): string {
  const busy = 'it is busy, as while it looks up a name or connects';
  switch (holder.type) {
    case 'held':
      return `${holder.who === undefined ? 'another program probably' : holder.who} holds the only connection that OpenVPN grants`;
    case 'free':
      return `no other program is seen to be connected, so probably ${busy}; wait longer (greetingTimeoutMs, --wait)`;
    case 'unknown':
      return `another program probably holds the only connection that OpenVPN grants, or ${busy}; then wait longer (greetingTimeoutMs, --wait)`;
  }
}
