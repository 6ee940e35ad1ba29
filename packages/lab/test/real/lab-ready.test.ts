import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isListening } from '../../src/daemon/management-endpoint.ts';
import { freePort, openDaemon, skipDaemon, temporaryFolder } from '../../src/testing/index.ts';

describe('a daemon counts as ready', { skip: skipDaemon }, () => {
  it('when it listens itself, not when another one listens on a socket of the same relative name', async t => {
    const [here, there] = [temporaryFolder(t), temporaryFolder(t)];
    const daemon = await openDaemon(t, ['management ours unix'], here);
    assert.ok(daemon.pid !== undefined);
    const endpoint = (directory: string) => ({ type: 'unix', path: join(directory, 'ours') }) as const;
    assert.equal(await isListening(daemon.pid, endpoint(here), here), true);
    assert.equal(await isListening(process.pid, endpoint(there), there), false);
  });

  it('when it listens itself, not when the port is taken by another one', async t => {
    const port = await freePort();
    const daemon = await openDaemon(t, [`management 127.0.0.1 ${port}`]);
    assert.ok(daemon.pid !== undefined);
    assert.equal(await isListening(daemon.pid, { type: 'tcp', port }, '/'), true);
    assert.equal(await isListening(process.pid, { type: 'tcp', port }, '/'), false);
    await assert.rejects(openDaemon(t, [`management 127.0.0.1 ${port}`]), /before its management interface/);
  });
});
