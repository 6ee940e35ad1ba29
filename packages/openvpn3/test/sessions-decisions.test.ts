import { deepEqual, equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DBusError } from '@ovpnkit/dbus';
import { glibError } from '../src/contract/errors.ts';
import { restartDelay, triesAfter } from '../src/services/sessions/automatic-restart.ts';
import { isAbsent, relayedError } from '../src/services/sessions/relayed-error.ts';
import { endsSession, neverConnected } from '../src/services/sessions/session-status.ts';

const recording = readFileSync(new URL('recordings/cli/probe-session-methods.txt', import.meta.url), 'utf8');

test('refusals of a backend are passed on as the deployed session manager does', () => {
  const element = 'net.openvpn.v3.element-not-found: No requires queue element found';
  const cases: [string, DBusError][] = [
    ['Ready', glibError('ready', 'Missing user credentials')],
    ['Connect', glibError('client', 'Required user input not provided')],
    ['Resume', glibError('client', 'Connection is not paused')],
    ['Pause', glibError('client', 'Connection is already paused')],
    ['UserInputQueueFetch', glibError('request', element)],
    ['UserInputProvide', glibError('request', 'User input not required')],
  ];
  for (const [method, error] of cases) {
    const { errorName, message } = relayedError(method, error);
    equal(recording.includes(`-> ERROR ${errorName} | ${message}   (`), true, `${method}: ${message}`);
  }
});

test('a backend that has left the bus did not respond, whatever it was asked', () => {
  for (const name of ['NoReply', 'ServiceUnknown', 'NameHasNoOwner']) {
    const gone = new DBusError(`org.freedesktop.DBus.Error.${name}`, 'gone');
    equal(isAbsent(gone), true);
    for (const method of ['Ready', 'Pause']) {
      const { errorName, message } = relayedError(method, gone);
      equal(recording.includes(`-> ERROR ${errorName} | ${message}   (`), true, message);
    }
  }
  equal(isAbsent(glibError('client', 'Connection is not paused')), false);
});

test('a refusal of Ready that is not about input has no domain that front ends ask at', () => {
  const { message } = relayedError('Ready', glibError('client', 'Backend service is not initialized'));
  equal(message, 'GDBus.Error:net.openvpn.gdbuspp: Backend service is not initialized');
});

test('restarts come after 3, 6, 12 … seconds, at most 768, and ten at a time', () => {
  const delays = Array.from({ length: 11 }, (_, tries) => restartDelay(tries));
  deepEqual(
    delays.map(delay => delay && delay / 1000),
    [3, 6, 12, 24, 48, 96, 192, 384, 768, 768, undefined],
  );
  equal(triesAfter(10, 89_999), 10);
  equal(triesAfter(10, 90_000), 0);
});

test('the session ends with four statuses of the connection, and with no other', () => {
  const ending = Array.from({ length: 30 }, (_, minor) => minor).filter(minor => endsSession([2, minor, '']));
  deepEqual(ending, [1, 10, 16, 29]);
  equal(endsSession([3, 29, '']), false);
});

test('a backend without a tunnel is one that is configured, and waits for input at most', () => {
  const without = Array.from({ length: 30 }, (_, minor) => minor).filter(minor =>
    neverConnected([2, minor, '']),
  );
  deepEqual(without, [2, 4]);
  equal(neverConnected([3, 22, 'https://example.org/']), false);
});
