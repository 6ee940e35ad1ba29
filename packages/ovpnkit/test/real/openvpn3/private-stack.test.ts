// The services that `tunnel up` starts for itself.
import { equal, match, notEqual } from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { describe, it } from 'node:test';
import { runProgram } from '@ovpnkit/lab';
import { BACKENDS, SESSIONS } from '@ovpnkit/openvpn3';
import { skip } from '../../../../openvpn3/test/real/test-bed.ts';
import { startPrivateStack } from '../../../src/openvpn3/stack/private-stack.ts';

const becomeNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

describe('services on a bus of their own', { skip }, () => {
  it('let in root and themselves, and no other user of the host', async () => {
    chmodSync('/dev/net/tun', 0o666);
    await using stack = await startPrivateStack();
    const call = ['busctl', `--address=${stack.address}`, 'list', '--no-legend'];
    const seen = await runProgram(call);
    equal(seen.code, 0);
    match(seen.stdout, new RegExp(`^${SESSIONS} `, 'm'));
    match(seen.stdout, new RegExp(`^${BACKENDS} `, 'm'));
    notEqual((await runProgram([...becomeNobody, ...call])).code, 0);
  });
});
