// An HTTP proxy that asks for a user name and a password. Run as a program, it serves on the address that it is given.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { inNamespace } from '../network/namespace.ts';
import { spawnTied } from '../process/tied-process.ts';
import { atEnd } from '../testing/at-end.ts';
import { accounts } from './accounts.ts';

export const PROXY_PORT = 3128;

/** Runs it in a network namespace until the test ends. */
export async function startHttpProxy(t: TestContext, namespace: string, address: string): Promise<void> {
  const command = [process.execPath, import.meta.filename, address];
  const child = spawnTied(inNamespace(namespace, command), { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(t, () => void child.kill('SIGKILL'));
  if (!child.stdout) throw new Error('the HTTP proxy has no output');
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the HTTP proxy ended with ${code}`);
  });
  failed.catch(() => {});
  await Promise.race([once(createInterface(child.stdout), 'line'), failed]);
}

function serve(address: string): void {
  const { username, password } = accounts.proxy;
  const wanted = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const server = createServer();
  server.on('connect', (request, client) => {
    client.on('error', () => client.destroy());
    if (request.headers['proxy-authorization'] !== wanted) {
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="lab"\r\n' +
          'Content-Length: 0\r\nConnection: close\r\n\r\n',
      );
      return;
    }
    const [host = '', port = ''] = request.url?.split(':') ?? [];
    const target = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    target.on('error', () => client.destroy());
  });
  server.listen(PROXY_PORT, address, () => process.stdout.write('listening\n'));
}

if (process.argv[1] === import.meta.filename) serve(process.argv[2] ?? '');
