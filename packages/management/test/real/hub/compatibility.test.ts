import assert from 'node:assert/strict';
import { connect as dial } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { eventually, isSince, openLab, type Place, skip } from '@ovpnkit/lab/testing';
import type { ManagementClient } from '@ovpnkit/management';
import { openHubAt } from './hub-lab.ts';
import { maskConversation } from './mask.ts';
import { type Style, styles } from './styles.ts';

const runnable = styles.filter(style => style.missing === undefined);

/** The last that a server logs of a client that comes in. */
const lastOfAll = isSince('2.6') ? 'Protocol options: ' : "'PUSH_REPLY,";

/** Waits until the server is as quiet as it will be: both clients are in, and have sent something. */
async function settled(server: ManagementClient): Promise<void> {
  await eventually('two clients in the status, and in the log', async () => {
    const status = await server.status();
    const log = await server.log('all');
    const ready = log.filter(({ text }) => text.includes(lastOfAll));
    return status.mode === 'server' && status.routes.length >= 4 && ready.length === 2;
  });
}

describe('programs that know nothing of a hub', { skip }, () => {
  for (const { name, missing } of styles) if (missing !== undefined) it(name, { skip: missing }, () => {});

  it('get the bytes that they get from the daemon, each alone and all at once', async t => {
    const server = ['management-log-cache 5000'];
    const lab = await openLab(t, { clientNames: ['>LOG:evil "q" ünï', 'ERROR: x\u202e'], server });
    const own = await lab.attach(lab.server);
    await settled(own);
    await own.close();

    const direct = new Map<Style, string[]>();
    for (const style of runnable) direct.set(style, maskConversation(await style.run(lab.server)));
    const { at, hub } = await openHubAt(t, lab.server);
    const check = async (style: Style, place: Place): Promise<void> => {
      assert.deepEqual(maskConversation(await style.run(place)), direct.get(style), style.name);
    };
    for (const style of runnable) await check(style, at(style.role));
    // One program decides about clients, whoever else would; of all others there may be more than one.
    const others = runnable.filter(({ role }) => role !== 'auth');
    await Promise.all([...runnable, ...others, ...others].map(style => check(style, at(style.role))));
    await eventually('the end of all sessions', () => hub.sessions().length === 0);
  });

  it('get what the daemon loses: the replies to what was sent along with exit', async t => {
    const lab = await openLab(t, { clients: 0 });
    const { at } = await openHubAt(t, lab.server);
    const socket = dial(at('monitor').socket);
    socket.write('load-stats\nexit\n');
    const text = String(await buffer(socket));
    assert.match(text, /^>INFO:.*\r\nSUCCESS: nclients=0,bytesin=\d+,bytesout=\d+\r\n$/);
  });
});
