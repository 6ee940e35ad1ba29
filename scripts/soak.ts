// A long run of the hub on a real daemon: programs of different styles share it, and what each got is compared with what
// the daemon sent. `npm run soak -- --minutes 10`. Exits 1 when a line was lost, added or altered.
import { connect as dial } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createLab } from '@ovpnkit/lab';
import { connect } from '@ovpnkit/management';
import { openHub } from '@ovpnkit/management/hub';
import { createLineLedger, isEndOf, type LineLedger } from './line-ledger.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const minutes = Number(values.minutes);
const over = AbortSignal.timeout(minutes * 60_000);
const problems: string[] = [];
const done = { polls: 0, commands: 0, visits: 0 };

const lab = await createLab({ clients: 3, server: ['verb 4'] });
const path = `${lab.directory}/hub.sock`;
const said = createLineLedger('>LOG:');
const hub = await openHub({
  upstream: { path: lab.server.socket, onBytes: (direction, chunk) => direction === 'S' && said.push(chunk) },
  listeners: [{ path, role: 'admin' }],
});

/** Stays connected and wants every log line. */
async function listen(): Promise<LineLedger> {
  const heard = createLineLedger('>LOG:');
  const client = await connect({
    path,
    onBytes: (direction, chunk) => direction === 'S' && heard.push(chunk),
  });
  client.on('LOG', () => {});
  await client.log('on');
  return heard;
}

/** Connects anew for each look, sends everything at once and half-closes: `printf … | nc -N`. */
async function poll(): Promise<void> {
  while (!over.aborted) {
    const answer = await ask('pid\nstatus 3\nload-stats\nquit\n');
    const whole =
      /^>INFO:.*\r\n(?:>[^\r]*\r\n)*SUCCESS: pid=\d+\r\nTITLE\t[\s\S]*\r\nEND\r\nSUCCESS: nclients=\d+,/;
    if (!whole.test(answer)) problems.push(`a poll got ${JSON.stringify(answer.slice(0, 300))}`);
    done.polls++;
    await sleep(100);
  }
}

function ask(text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = dial(path, () => socket.end(text));
  let answer = '';
  socket.on('data', chunk => (answer += chunk.toString('latin1')));
  socket.on('end', () => resolve(answer));
  socket.on('error', reject);
  return promise;
}

/** Sends one command after the other and expects each answer to be its own. */
async function command(): Promise<void> {
  const client = await connect({ path });
  const pid = await client.pid();
  while (!over.aborted) {
    const answers = await Promise.all([client.pid(), client.status(), client.version(), client.loadStats()]);
    if (answers[0] !== pid || answers[1].mode !== 'server') problems.push('an answer was another command’s');
    done.commands += answers.length;
    await sleep(50);
  }
  await client.close();
}

/** Connects and vanishes, in the middle of a command or a reply. */
async function vanish(): Promise<void> {
  while (!over.aborted) {
    const socket = dial(path, () => socket.write('log on all\nstatus 3\nstat'));
    socket.on('error', () => {});
    await sleep(50);
    socket.destroy();
    done.visits++;
  }
}

const listeners = await Promise.all(Array.from({ length: 20 }, listen));
// One that subscribes to everything and never reads.
const stopped = dial(path, () => stopped.write('log on\nstate on\nbytecount 1\n'));
stopped.on('error', () => {});
stopped.pause();

console.log(
  `soak: ${minutes} minutes, ${listeners.length} listeners, polls, commands, visitors, one stopped reader`,
);
const memory = setInterval(report, 30_000);
function report(): void {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  const count = `${said.count} log lines, ${done.polls} polls, ${done.commands} commands, ${done.visits} visits`;
  console.log(
    `soak: ${count}; heap ${megabytes(heapUsed)} MiB, rss ${megabytes(rss)} MiB; ${problems.length} problems`,
  );
}

await Promise.all([poll(), poll(), command(), command(), vanish()]);
clearInterval(memory);
await sleep(1000); // the last lines are on their way
report();
for (const [index, heard] of listeners.entries()) {
  if (!isEndOf(heard, said))
    problems.push(`listener ${index} heard ${heard.count} lines that are not what was said`);
}
stopped.destroy();
await hub.close();
await lab.close();
for (const problem of problems.slice(0, 20)) console.error(`soak: ${problem}`);
console.log(problems.length === 0 ? 'soak: ok' : `soak: ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
