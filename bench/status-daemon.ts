// A stand-in for a server with CLIENTS clients, as a process of its own: node status-daemon.ts SOCKET CLIENTS
// Greets, and answers every line with that status. Ends with its parent.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { inChunks, syntheticStatus } from './synthetic-status.ts';

const [path, clients] = process.argv.slice(2);

const server = createServer(async socket => {
  socket.on('error', () => {}); // the other side may leave at any time
  socket.write(">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n");
  for await (const _command of socket) {
    for (const chunk of inChunks(syntheticStatus(Number(clients)), 1024))
      if (!socket.write(chunk)) await once(socket, 'drain');
  }
});
server.listen(path, () => process.send?.('listening'));
process.on('disconnect', () => process.exit());
