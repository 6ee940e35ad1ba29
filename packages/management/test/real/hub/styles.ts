// Programs as they are found in the field, each with its own way to talk to a management interface. They know nothing
// of a hub: given the place of a socket they resolve with every byte that came from there.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect as dial, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSince, type Place, within } from '@ovpnkit/lab/testing';
import { CommandError, connect, type ManagementClient } from '@ovpnkit/management';
import type { Role } from '@ovpnkit/management/hub';

export type Style = {
  readonly name: string;
  /** The role that it needs at a hub. */
  readonly role: Role;
  /** Why it cannot run here. */
  readonly missing?: string | undefined;
  run(place: Place): Promise<Buffer>;
};

const everything =
  'version\nhelp\npid\nload-stats\nstatus\nstatus 2\nstatus 3\nstate all\nlog all\nlog 3\necho all\nkill\nbogus "x\n';

/** Resolves with what the program prints. */
async function output(command: readonly [string, ...string[]], input: string): Promise<Buffer> {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', chunk => chunks.push(chunk));
  child.stdin.on('error', () => {}); // it may end before it has read everything
  child.stdin.end(input);
  const ended = within(`the end of ${program}`, once(child, 'close'));
  await ended.finally(() => child.kill('SIGKILL'));
  return Buffer.concat(chunks);
}

const missing = (program: string): string | undefined =>
  spawnSync('sh', ['-c', 'command -v "$0"', program]).status === 0
    ? undefined
    : `${program} cannot be found; install it (on Debian: apt-get install socat netcat-openbsd)`;

/**
 * A socket with everything that came, and a way to wait for some of it: each wait begins behind what the last one found,
 * and notifications that follow at once are no obstacle.
 */
function open({ socket: path }: Place): {
  socket: Socket;
  chunks: Buffer[];
  has(text: string): Promise<void>;
} {
  const socket = dial(path);
  const chunks: Buffer[] = [];
  let wake = (): void => {};
  socket.on('data', chunk => {
    chunks.push(chunk);
    wake();
  });
  socket.on('close', () => wake());
  let found = 0;
  const has = async (text: string): Promise<void> => {
    for (;;) {
      const index = Buffer.concat(chunks).indexOf(text, found, 'latin1');
      found = index === -1 ? found : index + text.length;
      if (index !== -1 || socket.closed) return;
      const more = new Promise<void>(resolve => (wake = resolve));
      await within(`${JSON.stringify(text)} comes`, more);
    }
  };
  return { socket, chunks, has };
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await within('the other side closes', once(socket, 'close'));
}

/** Runs a library client and resolves with the daemon's bytes. */
async function library(place: Place, use: (client: ManagementClient) => Promise<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const onBytes = (direction: 'S' | 'C', chunk: Uint8Array) => void (direction === 'S' && chunks.push(chunk));
  const client = await connect({ path: place.socket, onBytes });
  await use(client);
  await client.close();
  return Buffer.concat(chunks);
}

const refused = (attempt: Promise<unknown>) =>
  attempt.then(
    () => Promise.reject(new Error('the daemon took it')),
    (error: unknown) => (error instanceof CommandError ? undefined : Promise.reject(error)),
  );

async function readAll(client: ManagementClient): Promise<void> {
  await client.version();
  await Promise.all([
    client.pid(),
    client.state(),
    client.state('all'),
    client.loadStats(),
    client.nclients(),
  ]);
  for (const format of [1, 2, 3] as const) await client.status(format);
  await client.log('on', 5);
  await client.log('off');
  await client.state('on', 'all');
  await client.echo('all');
  await client.envFilter(1);
  await client.bytecount(0);
}

export const styles: readonly Style[] = [
  {
    name: 'socat, everything at once, then half-closed',
    role: 'operator',
    missing: missing('socat'),
    run: ({ socket }) => output(['socat', '-t', '20', '-', `UNIX-CONNECT:${socket}`], everything),
  },
  {
    name: 'nc -N, everything at once with CRLF, then half-closed',
    role: 'operator',
    missing: missing('nc'),
    run: ({ socket }) => output(['nc', '-N', '-U', socket], everything.replaceAll('\n', '\r\n')),
  },
  {
    name: 'nc, a one-liner for cron',
    role: 'operator',
    missing: missing('nc'),
    run: ({ socket }) => output(['sh', '-c', `printf 'kill nobody\\n' | nc -N -U "$0"`, socket], ''),
  },
  {
    name: 'a program that takes what it receives first for the greeting, and no more',
    role: 'monitor',
    async run(place) {
      const { socket, chunks, has } = open(place);
      await within('it is greeted', once(socket, 'data'));
      chunks.splice(1);
      socket.write('status 2\n');
      await has('END\r\n');
      socket.write('quit\n');
      await closed(socket);
      return Buffer.concat(chunks);
    },
  },
  {
    name: 'a page that connects for each look',
    role: 'monitor',
    async run(place) {
      const looks: Buffer[] = [];
      for (let look = 0; look < 3; look++) {
        const { socket, chunks, has } = open(place);
        await has('more info\r\n');
        for (const [command, end] of [
          ['version', 'END\r\n'],
          ['state', 'END\r\n'],
          ['pid', '\r\n'],
          ['status 3', 'END\r\n'],
        ]) {
          socket.write(`${command}\n`);
          await has(end ?? '');
        }
        socket.write('quit\n');
        await closed(socket);
        looks.push(...chunks);
      }
      return Buffer.concat(looks);
    },
  },
  {
    name: 'a dashboard that stays, with CRLF, and a command without its line end',
    role: 'operator',
    async run(place) {
      const { socket, chunks, has } = open(place);
      await has('more info\r\n');
      socket.write('bytecount 0\r\n');
      await has('changed\r\n');
      for (let poll = 0; poll < 3; poll++) {
        socket.write('status 3\r\n');
        await has('END\r\n');
      }
      socket.write('client-kill 99');
      await sleep(20);
      socket.write('status 3\r\n');
      await has('failed\r\n');
      socket.destroy();
      return Buffer.concat(chunks);
    },
  },
  {
    name: 'a person at a slow terminal, who sends byte for byte',
    role: 'monitor',
    async run(place) {
      const { socket, chunks, has } = open(place);
      socket.setNoDelay(true);
      for (const byte of '\n  pid \r\n# what?\nstatus 2\n"state" \'all\'\nlog on all\n') {
        socket.write(byte);
        await new Promise(setImmediate);
      }
      // Sent at once, exit would cost replies at a daemon, though not at a hub.
      await has('SUCCESS: real-time log');
      await has('\r\nEND\r\n');
      socket.write('exit\n');
      await closed(socket);
      return Buffer.concat(chunks);
    },
  },
  {
    name: 'a script that sends all and leaves without looking',
    role: 'monitor',
    async run(place) {
      const { socket } = open(place);
      await within('it is connected', once(socket, 'connect'));
      socket.end('status 3\nlog on\nstatus 3\n');
      socket.destroy();
      return Buffer.alloc(0);
    },
  },
  { name: 'our library as monitor', role: 'monitor', run: place => library(place, readAll) },
  {
    name: 'our library as operator',
    role: 'operator',
    run: place =>
      library(place, async client => {
        await readAll(client);
        await refused(client.kill('nobody'));
        await refused(client.clientKill(99));
      }),
  },
  {
    name: 'our library as the one that decides',
    role: 'auth',
    run: place =>
      library(place, async client => {
        await client.announceVersion(3);
        await readAll(client);
        await refused(client.raw('client-auth-nt 99 1'));
        await refused(client.raw('client-deny 99 1 "no" "no"'));
        // 2.5 says that it has asked, whom ever.
        if (isSince('2.6')) await refused(client.raw('client-pending-auth 99 1 "WEB_AUTH::x" 60'));
      }),
  },
  {
    name: 'our library as admin',
    role: 'admin',
    run: place =>
      library(place, async client => {
        await readAll(client);
        const level = await client.verb();
        await client.verb(level);
        await client.mute(await client.mute());
        await client.hold('off');
        await client.authRetry(await client.authRetry().then(() => 'none'));
        await refused(client.raw('signal NOTHING'));
      }),
  },
];
