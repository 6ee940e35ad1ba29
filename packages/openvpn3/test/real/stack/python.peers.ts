// The Python module of OpenVPN 3 Linux, as it is, with these services. Most machines do not have it, and its licence keeps
// it out of this repository: it is looked for, in OPENVPN3_PYTHONPATH too, and without it there is nothing to test.
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from '@ovpnkit/lab';
import { accounts } from '@ovpnkit/lab/testing';
import { skip } from '../test-bed.ts';
import { openStack, users } from './stack-stage.ts';

/** The system's own: that is where the module is installed, and what it needs. */
const PYTHON = '/usr/bin/python3';
const program = fileURLToPath(new URL('stack-python.py', import.meta.url));

const python = (environment: Readonly<Record<string, string>>, ...args: string[]): string[] => [
  'env',
  ...Object.entries({
    PYTHONPATH: process.env.OPENVPN3_PYTHONPATH ?? process.env.PYTHONPATH ?? '',
    ...environment,
  }).map(([name, value]) => `${name}=${value}`),
  PYTHON,
  '-B', // leaves nothing behind where the module is
  ...args,
];

const { code, stderr } = await runProgram(python({}, '-c', 'import openvpn3, gi'));
if (code !== 0)
  console.log(
    `no test of the Python module of OpenVPN 3: ${stderr.trim().split('\n').at(-1)}; install it, or name its folder in OPENVPN3_PYTHONPATH`,
  );
else
  test('the Python module of OpenVPN 3 Linux has a tunnel from its import to its removal', {
    skip,
  }, async t => {
    const stack = await openStack(t);
    const input = JSON.stringify({
      profile: await stack.server.profile('userpass'),
      answers: { username: 'alice', password: accounts.password },
    });
    const { uid, gid } = users.games;
    const ordinary = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
    const command = python({ DBUS_SYSTEM_BUS_ADDRESS: stack.bus.address }, program);
    const ended = await runProgram([...ordinary, ...command], input);
    equal(ended.code, 0, ended.stderr);
    const { device, statistics, statuses, lines, ...seen } = JSON.parse(ended.stdout);
    deepEqual(seen, {
      name: 'office',
      valid: true,
      overrides: { 'persist-tun': 1 }, // as dbus-python has booleans
      tagged: 1,
      'not ready': 'GDBus.Error:net.openvpn.v3.error.ready: Missing user credentials',
      slots: [
        ['username', 'Auth User name', false],
        ['password', 'Auth Password', true],
      ],
      sessions: ['office'],
      'sessions left': 0,
      'configurations left': 0,
      events: ['SESS_CREATED', 'SESS_DESTROYED'],
    });
    match(device, /^tun\d+$/);
    match(statistics, /^Connection statistics:\n(?: +[A-Z_]+: \d+\n)+$/);
    for (const status of ['CONN_PAUSED', 'CONN_RESUMING', 'CONN_RECONNECTING'])
      ok(statuses.includes(status), `${status} is not among ${statuses}`);
    ok(lines.includes('Starting connection'), `it is not among ${lines}`);
    equal(stack.complaints(), '');
  });
