import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionError, fromSystemError } from '../src/errors.ts';

/** The error of a system call as Node gives it. */
const systemError = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

test('the code of a system error decides the reason, and the error stays as the cause', () => {
  const reasons = {
    ENOENT: 'not-found',
    ENOTFOUND: 'not-found',
    EAI_AGAIN: 'not-found',
    EACCES: 'permission',
    EPERM: 'permission',
    EADDRINUSE: 'busy',
    EAGAIN: 'busy',
    ECONNREFUSED: 'refused',
    EHOSTUNREACH: 'refused',
    ENETUNREACH: 'refused',
    ETIMEDOUT: 'refused',
    ECONNRESET: 'closed',
    EPIPE: 'closed',
    EIO: 'closed',
  };
  for (const [code, reason] of Object.entries(reasons)) {
    const cause = systemError(code);
    const error = fromSystemError(cause, '/run/openvpn.sock');
    assert.ok(error instanceof ConnectionError);
    assert.deepEqual([error.reason, error.address, error.cause], [reason, '/run/openvpn.sock', cause], code);
    assert.ok(error.message.startsWith('/run/openvpn.sock: '));
  }
});

test('an error without a code is told in its own words', () => {
  const error = fromSystemError(new Error('something odd'), 'localhost:7505');
  assert.equal(error.reason, 'closed');
  assert.match(error.message, /something odd/);
});
