import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect as dial } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { freePort, openDaemon, skipDaemon, temporaryFolder, within } from '@ovpnkit/lab/testing';
import { Secret } from '@ovpnkit/management';
import { openHub } from '@ovpnkit/management/hub';

const password = 'pä "ss';

/** What a program sends, each piece when what it waits for has come. */
type Talk = readonly (readonly [after: string, send: string])[];

const prompt = 'ENTER PASSWORD:';
const talks: Readonly<Record<string, Talk>> = {
  'the password, and then a command': [
    [prompt, `${password}\n`],
    ['more info\r\n', 'pid\r\n'],
    ['pid=N\r\n', 'exit\n'],
  ],
  'a wrong one, an empty one and the right one': [
    [prompt, 'pid\n'],
    [`${prompt}${prompt}`, '\r\n'],
    [`${prompt}${prompt}${prompt}`, `${password}\r\n`],
    ['more info\r\n', 'exit\n'],
  ],
  'three wrong ones': [
    [prompt, `${password}x\n`],
    [`${prompt}${prompt}`, `${password.slice(1)}\n`],
    [`${prompt}${prompt}${prompt}`, ` ${password}\n`],
  ],
  'three wrong ones and the right one at once': [[prompt, `a\nb\nc\n${password}\npid\n`]],
  'a wrong one, the right one and a command at once': [
    [prompt, `a\n${password}\npid\n`],
    ['pid=N\r\n', 'exit\n'],
  ],
};

/** Has that conversation on a TCP port, and resolves with all that was said there. */
async function talk(port: number, steps: Talk): Promise<string> {
  const socket = dial(port, '127.0.0.1');
  let text = '';
  const left = [...steps];
  socket.on('error', () => {}); // being cut off may look like that
  socket.on('data', chunk => {
    text = (text + chunk.toString('latin1')).replace(/pid=\d+/, 'pid=N');
    const [next] = left;
    if (!next || !text.endsWith(next[0])) return;
    left.shift();
    socket.write(next[1]);
  });
  const closed = within('the conversation ends', once(socket, 'close'));
  await closed.finally(() => socket.destroy());
  assert.deepEqual(left, [], text);
  return text;
}

describe('a password on a TCP port', { skip: skipDaemon, concurrency: true }, () => {
  it('is asked for and answered by the hub as by the daemon, byte for byte', async t => {
    const directory = temporaryFolder(t);
    await writeFile(join(directory, 'password'), `${password}\n`, { mode: 0o600 });
    const port = await freePort();
    await openDaemon(t, [`management 127.0.0.1 ${port} password`], directory);
    const direct: string[] = [];
    for (const steps of Object.values(talks)) direct.push(await talk(port, steps));
    const hub = await openHub({
      upstream: { port, password },
      listeners: [{ port: 0, password: new Secret(password) }],
    });
    t.after(() => hub.close());
    const through = hub.listeners[0]?.port ?? 0;
    for (const [index, [name, steps]] of Object.entries(talks).entries())
      assert.equal(await talk(through, steps), direct[index], name);
    // All at once, with each other in the way.
    const all = await Promise.all(
      [1, 2, 3, 4].map(() => Promise.all(Object.values(talks).map(steps => talk(through, steps)))),
    );
    for (const each of all) assert.deepEqual(each, direct);
  });
});
