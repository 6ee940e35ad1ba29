import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import {
  greetingVersion,
  isSince,
  openDaemon,
  openvpnVersion,
  sinceVersion,
  skipDaemon,
  within,
} from '@ovpnkit/lab/testing';

describe('the version of OpenVPN that tests run on', { skip: skipDaemon }, () => {
  it('compares by its numbers, and picks what is expected of it', () => {
    assert.ok(
      isSince(openvpnVersion()) && isSince('2.3') && isSince('1.99.99') && !isSince('2.99') && !isSince('3'),
    );
    assert.equal(sinceVersion({ '2.0': 'old', '2.3': 'new', '9.0': 'newer' }), 'new');
    assert.throws(() => sinceVersion({ '9.0': 1 }), /nothing is expected of OpenVPN 2\./);
  });

  it('is what daemons say of themselves', async t => {
    const daemon = await openDaemon(t, []);
    const socket = connect(daemon.socket);
    t.after(() => socket.destroy());
    const [greeting] = await within('the daemon greets', once(socket, 'data'));
    assert.ok(
      String(greeting).startsWith(`>INFO:OpenVPN Management Interface Version ${greetingVersion()} `),
    );
  });
});
