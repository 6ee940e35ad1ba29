import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { within } from '@ovpnkit/lab/testing';

/** A listener that plays the bus as far as a test says, to send what no real bus sends. */
export type FakeBus = {
  readonly address: string;
  /** The next one who connects, once the handshake is as far as it goes. */
  accept(): Promise<Socket>;
};

export type FakeBusOptions = {
  /** What is answered to AUTH; silence when absent. */
  readonly auth?: string;
};

const GUID = '0123456789abcdef0123456789abcdef';
export const WELCOME = `OK ${GUID}`;

export async function startFakeBus(t: TestContext, { auth }: FakeBusOptions): Promise<FakeBus> {
  const folder = await mkdtemp(join(tmpdir(), 'ovpnkit-fake-bus-'));
  const path = join(folder, 'bus');
  const accepted: Socket[] = [];
  const sockets: Socket[] = [];
  const waiting: ((socket: Socket) => void)[] = [];
  const server = createServer(socket => {
    sockets.push(socket);
    socket.on('error', () => {});
    let text = '';
    const listen = (chunk: Buffer) => {
      const end = text.length;
      text += chunk.toString('latin1');
      if (auth !== undefined && text.includes('AUTH') && !text.slice(0, end).includes('AUTH'))
        socket.write(`${auth}\r\n`);
      const begin = text.indexOf('BEGIN\r\n');
      if (begin === -1) return;
      socket.off('data', listen);
      socket.pause();
      const rest = Buffer.from(text.slice(begin + 'BEGIN\r\n'.length), 'latin1');
      if (rest.length > 0) socket.unshift(rest);
      const next = waiting.shift();
      if (next) next(socket);
      else accepted.push(socket);
    };
    socket.on('data', listen);
  });
  server.listen(path);
  await once(server, 'listening');
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    address: `unix:path=${path}`,
    accept() {
      const socket = accepted.shift();
      return socket
        ? Promise.resolve(socket)
        : within('somebody connects', new Promise(resolve => waiting.push(resolve)));
    },
  };
}

/** Cuts what a socket receives into messages, by the lengths in their headers. */
export async function* messagesOf(socket: Socket): AsyncGenerator<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    while (bytes.length >= 16) {
      const length = 16 + Math.ceil(bytes.readUInt32LE(12) / 8) * 8 + bytes.readUInt32LE(4);
      if (bytes.length < length) break;
      yield bytes.subarray(0, length);
      bytes = bytes.subarray(length);
    }
  }
}
