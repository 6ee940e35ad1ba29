// The daemon without anybody around it: openvpn with the same profile, and a socket that writes `hold release`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openvpnProgram } from '@ovpnkit/management/daemon';

export type BareDaemon = {
  readonly pid: number;
  /** Lets it go, and resolves with the milliseconds until it is connected. */
  release(): Promise<number>;
  end(): Promise<void>;
};

/** Starts it in a network namespace, and resolves when it waits. */
export async function startBareDaemon(profile: string, namespace: string): Promise<BareDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'ovpnkit-bench-'));
  const path = join(folder, 'management');
  const server = createServer().listen(path);
  await once(server, 'listening');
  const management = [`management ${path} unix`, 'management-client', 'management-hold'];
  const child = spawn('nsenter', [`--net=${namespace}`, openvpnProgram(), '--config', 'stdin'], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  const exited = once(child, 'exit');
  child.stdin.end(`${profile}\n${management.join('\n')}\n`);
  const [socket] = (await Promise.race([
    once(server, 'connection'),
    exited.then(() => Promise.reject(new Error('the bare daemon ended before it was connected'))),
  ])) as [Socket];
  await until(socket, '>HOLD:');
  return {
    pid: child.pid ?? 0,
    async release() {
      socket.write('state on\n');
      await until(socket, 'SUCCESS:');
      const started = performance.now();
      socket.write('hold release\n');
      await until(socket, ',CONNECTED,');
      return performance.now() - started;
    },
    async end() {
      child.kill('SIGTERM');
      await exited;
      socket.destroy();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function until(socket: Socket, text: string): Promise<void> {
  let seen = '';
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`the bare daemon ended, and said ${seen}`));
    const read = (chunk: Buffer) => {
      seen += chunk.toString('latin1');
      if (!seen.includes(text)) return;
      socket.off('data', read).off('close', ended);
      resolve();
    };
    socket.on('data', read).once('close', ended);
  });
}
