// A stand-in for a busy daemon, as a process of its own: node event-daemon.ts SOCKET EVENTS_PER_SECOND
// Once `log on` has come it sends that many log lines a second, numbered, and answers `pid` between them. It tells its
// parent how many it sent when that asks. Ends with its parent.
import { createServer, type Socket } from 'node:net';

const [path, rate] = process.argv.slice(2);
const everyMs = 10;
let sent = 0;

function answer(socket: Socket, line: string): string {
  switch (line) {
    case 'pid':
      return 'SUCCESS: pid=1\r\n';
    case 'version':
      return 'OpenVPN Version: OpenVPN 2.6.14 x\r\nManagement Version: 5\r\nEND\r\n';
    case 'log on':
      startLog(socket);
      return 'SUCCESS: real-time log notification set to ON\r\n';
    default:
      return /^version \d/.test(line) ? '' : 'SUCCESS: done\r\n';
  }
}

function startLog(socket: Socket): void {
  const timer = setInterval(() => {
    let lines = '';
    for (let count = (Number(rate) * everyMs) / 1000; count > 0; count--) {
      lines += `>LOG:1795288795,,a line of the usual length in the log of a daemon, number ${sent++}\r\n`;
    }
    socket.write(lines);
  }, everyMs);
  socket.on('close', () => clearInterval(timer));
  process.once('message', () => {
    clearInterval(timer);
    process.send?.(sent);
  });
}

const server = createServer({ noDelay: true }, socket => {
  let rest = '';
  socket.on('error', () => {}); // the other side may leave at any time
  socket.write(">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n");
  socket.on('data', chunk => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) socket.write(answer(socket, line));
  });
});
server.listen(path, () => process.send?.('listening'));
process.on('disconnect', () => process.exit());
