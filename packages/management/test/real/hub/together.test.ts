import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import {
  established,
  eventually,
  heldClient,
  openLab,
  openProgram,
  type Place,
  type Program,
  skip,
  within,
} from '@ovpnkit/lab/testing';
import { parseStatus } from '@ovpnkit/management';
import { hubEvent, openHubAt, type TestHub } from './hub-lab.ts';

/** A program that is a process of its own: it sends this again and again, and reads whatever comes. */
const hammer = `
const socket = require('node:net').connect(process.argv[1]);
const send = () => socket.write(process.argv[2], () => setImmediate(send));
socket.on('connect', send).on('data', () => process.stdout.write('.')).on('error', () => process.exit());
`;

async function startHammer(t: TestContext, { socket }: Place, text: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', hammer, socket, text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await within('the program that hammers is answered', once(child.stdout ?? assert.fail(), 'data'));
  return child;
}

/** What the daemon said by itself, as its lines, without what this program did not ask for. */
const notifications = (bytes: Buffer, types: RegExp): string[] =>
  bytes
    .toString('latin1')
    .split('\r\n')
    .filter(line => types.test(line));

const switched = /^>(?:LOG|STATE|BYTECOUNT_CLI|CLIENT|HOLD):/;
const unasked = /^>(?:CLIENT|HOLD):/;

/** A reply without the notifications before it: clients come and go all the time. */
const askQuietly = async (program: Program, command: string): Promise<string> =>
  (await program.reply(command)).replace(/^>.*\r\n/gm, '');

/** Looks again and again, a few times at least, each time over a new connection, and counts what it saw. */
async function look(
  t: TestContext,
  place: Place,
  going: () => boolean,
): Promise<{ looks: number; errors: number }> {
  let [looks, errors] = [0, 0];
  while (going() || looks <= 5) {
    const program = await openProgram(t, place);
    for (const command of ['load-stats', 'status 3', 'version']) {
      const reply = await askQuietly(program, command);
      if (/(?:^|\n)ERROR: daemon not connected\r\n$/.test(reply)) {
        errors++;
        // The daemon was killed while it wrote a block, which has an end all the same.
        if (!reply.startsWith('ERROR')) await program.until('END\r\n');
      } else if (reply.includes('not supported by the current daemon mode')) errors++;
      else if (command === 'load-stats')
        assert.match(reply, /^SUCCESS: nclients=\d+,bytesin=\d+,bytesout=\d+\r\n$/);
      else if (command === 'version')
        assert.match(reply, /^OpenVPN Version: .*\r\nManagement Version: \d\r\nEND\r\n$/);
      else {
        const status = parseStatus(reply.split('\r\n').slice(0, -2));
        assert.ok(status?.mode === 'server', reply);
      }
    }
    program.send('quit\n');
    await program.ended;
    program.socket.destroy();
    looks++;
  }
  return { looks, errors };
}

/** Everything that the daemon says from here on ends with this line, so that all have seen what they are to see. */
async function mark(hub: TestHub, recorder: Program, text: string): Promise<void> {
  await recorder.reply(`pid #${text}`);
  await eventually(`${text} in the log`, () => hub.said.includes(`CMD 'pid #${text}'`));
  await eventually(`${text} at the recorder`, () => recorder.received.includes(`CMD 'pid #${text}'`));
}

describe('programs that share a daemon', { skip, concurrency: true }, () => {
  it('lose and gain nothing when one is killed, one stops reading, and the daemon is killed and comes back', async t => {
    const lab = await openLab(t, { clients: 2, client: () => heldClient });
    const hub = await openHubAt(t, lab.server, { whenLost: 'keep' });
    const recorder = await openProgram(t, hub.at('monitor'));
    for (const command of ['log on', 'state on', 'bytecount 1']) await recorder.reply(command);
    const quiet = await openProgram(t, hub.at('operator'));
    let going = true;
    t.after(() => {
      going = false;
    });
    const looking = [1, 2].map(() => look(t, hub.at('monitor'), () => going));

    const killed = await startHammer(t, hub.at('admin'), 'status 3\nlog on all\nstate on all\n');
    const stopped = await startHammer(t, hub.at('monitor'), 'log on all\nstatus 3\nbytecount 1\n');
    const { id } = hub.hub.sessions().find(({ role }) => role === 'admin') ?? assert.fail();
    killed.kill('SIGKILL');
    stopped.kill('SIGSTOP');
    await eventually('the end of the one that was killed', () =>
      hub.events.some(event => event.type === 'session-end' && event.id === id),
    );
    await established(await lab.release(0));
    await recorder.until(/>BYTECOUNT_CLI:\d+,\d+,\d+\r\n/);
    await mark(hub, recorder, 'before');

    await lab.server.stop('SIGKILL');
    await hubEvent(hub, 'upstream-down');
    assert.equal(await askQuietly(quiet, 'pid'), 'ERROR: daemon not connected\r\n');
    await lab.server.start();
    await hubEvent(hub, 'upstream-up');
    assert.equal(await askQuietly(quiet, 'pid'), `SUCCESS: pid=${lab.server.pid}\r\n`);
    await established(await lab.release(1));
    await recorder.until(/>BYTECOUNT_CLI:\d+,\d+,\d+\r\n/);
    going = false;
    const seen = await Promise.all(looking);
    await mark(hub, recorder, 'after');

    for (const { looks } of seen) assert.ok(looks > 5, `${looks} looks`);
    const said = notifications(hub.said, switched);
    assert.ok(said.length > 50);
    assert.deepEqual(notifications(recorder.received, switched), said);
    assert.deepEqual(
      notifications(quiet.received, /^>(?!INFO:OpenVPN)/),
      said.filter(line => unasked.test(line)),
    );
    stopped.kill('SIGCONT');
    const byStopped = hub.hub.sessions().filter(({ role }) => role === 'monitor').length;
    assert.equal(byStopped, 2, 'the recorder, and the one that was stopped');
  });

  it('are closed with the daemon where that is wanted, and come back when it does', async t => {
    const lab = await openLab(t, { clients: 0 });
    const hub = await openHubAt(t, lab.server);
    const [first, second] = [await openProgram(t, hub.at('monitor')), await openProgram(t, hub.at('auth'))];
    await first.reply('state on');
    await lab.server.stop('SIGTERM');
    await Promise.all([first.ended, second.ended]);
    await eventually('no listener', () => openProgram(t, hub.at('monitor')).then(() => false, () => true)); // biome-ignore format: one line
    await lab.server.start();
    await hubEvent(hub, 'upstream-up');
    const again = await openProgram(t, hub.at('monitor'));
    assert.equal(await again.reply('pid'), `SUCCESS: pid=${lab.server.pid}\r\n`);
    assert.deepEqual(notifications(again.received, switched), []);
  });

  it('are told the counters as often as each of them asked', async t => {
    const lab = await openLab(t, { clients: 2 });
    const hub = await openHubAt(t, lab.server);
    const [eager, patient, none] = await Promise.all([1, 2, 3].map(() => openProgram(t, hub.at('monitor'))));
    assert.ok(eager && patient && none);
    await patient.reply('bytecount 4');
    await eager.reply('bytecount 1');
    const counters = (program: Program) => notifications(program.received, /^>BYTECOUNT_CLI:/);
    const ofOne = (lines: readonly string[]) => lines.filter(line => line.startsWith('>BYTECOUNT_CLI:0,'));
    await eventually(
      'counters for both',
      () => ofOne(counters(patient)).length >= 3 && ofOne(counters(eager)).length >= 5,
    );
    await eager.reply('pid');
    const said = notifications(hub.said, /^>BYTECOUNT_CLI:/);
    assert.deepEqual(counters(eager), said.slice(-counters(eager).length));
    assert.ok(counters(patient).every(line => said.includes(line)));
    assert.ok(ofOne(counters(patient)).length < ofOne(counters(eager)).length);
    assert.deepEqual(counters(none), []);
  });
});
