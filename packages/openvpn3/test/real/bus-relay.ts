// A process that lends its user to one connection to a bus. Arguments: the socket of the bus, the socket to listen on,
// uid and gid. It is started as root, becomes that user, and passes on what its one client says, as that user.
import { chmodSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';

const [busSocket = '', ownSocket = '', uid = '', gid = ''] = process.argv.slice(2);
const say = (word: string): void => void process.send?.(word);

const server = createServer(client => {
  server.close();
  const bus = connect(busSocket);
  const end = () => process.exit();
  for (const socket of [client, bus]) socket.on('error', end).on('close', end);
  readLine(client, rest => {
    // The bus compares the number with what the kernel says of this process.
    bus.write(`\0AUTH EXTERNAL ${Buffer.from(uid).toString('hex')}\r\n`);
    bus.write(rest);
    const flow = () => void client.pipe(bus).pipe(client);
    flow();
    process.on('message', word => {
      if (word === 'freeze') {
        client.unpipe(bus);
        bus.unpipe(client);
      } else flow();
      say('done');
    });
  });
});

/** Takes the first line off a socket, which is the client's own `AUTH`. */
function readLine(socket: Socket, then: (rest: Buffer) => void): void {
  let received = Buffer.alloc(0);
  const read = (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    const end = received.indexOf('\n');
    if (end < 0) return;
    socket.off('data', read).pause();
    then(received.subarray(end + 1));
  };
  socket.on('data', read);
}

server.listen(ownSocket, () => {
  chmodSync(ownSocket, 0o600);
  process.setgroups?.([]);
  process.setgid?.(Number(gid));
  process.setuid?.(Number(uid));
  say('ready');
});
process.on('disconnect', () => process.exit());
