import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import { type HubEvent, openHub } from '../../src/hub/index.ts';
import { fakeDaemon } from '../../src/testing/index.ts';

describe('a daemon that says more in the same breath as its greeting', () => {
  it('is understood, and clients that ask in it are answered', async t => {
    const directory = temporaryFolder(t);
    const sent: string[] = [];
    const daemon = await fakeDaemon(async session => {
      const greeting = ">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info";
      const lines = [greeting, '>BYTECOUNT_CLI:0,1,2', '>CLIENT:CONNECT,3,1', '>CLIENT:ENV,END', ''];
      session.send(Buffer.from(lines.join('\r\n')));
      await session.answer(line => {
        sent.push(line);
        if (line === 'version') return ['OpenVPN Version: OpenVPN 2.6.14 x', 'Management Version: 5', 'END'];
        return line.startsWith('pid') ? 'SUCCESS: pid=1' : 'SUCCESS: done';
      });
    });
    t.after(() => daemon.close());
    const events: HubEvent[] = [];
    const hub = await openHub({
      upstream: daemon.endpoint,
      listeners: [{ path: join(directory, 'hub.sock') }],
      onEvent: event => events.push(event),
    });
    t.after(() => hub.close());
    assert.ok(sent.some(line => line.startsWith('client-deny 3 1 ')));
    assert.deepEqual(
      events.filter(({ type }) => type === 'denied'),
      [{ type: 'denied', cid: 3n, kid: 1n }],
    );
  });
});
