import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Access } from '@ovpnkit/dbus';
import { within } from '@ovpnkit/lab/testing';
import { watchIdle } from '../../src/services/host/idle-watch.ts';
import { parseServiceInvocation } from '../../src/services/host/options.ts';
import { denied } from '../../src/services/host/refusals.ts';

test('a service that is told nothing has its own ways', () => {
  deepEqual(parseServiceInvocation([]), {
    type: 'run',
    options: {
      logLevel: 3,
      logFile: undefined,
      colour: false,
      idleExit: undefined,
      stateDir: undefined,
      user: 'openvpn',
    },
  });
});

test('a service takes the options of the deployed ones', () => {
  const args =
    '--log-level 6 --log-file stdout: --colour --idle-exit 0 --state-dir /var/lib/x --user vpn'.split(' ');
  deepEqual(parseServiceInvocation(args), {
    type: 'run',
    options: {
      logLevel: 6,
      logFile: 'stdout:',
      colour: true,
      idleExit: 0,
      stateDir: '/var/lib/x',
      user: 'vpn',
    },
  });
  equal(parseServiceInvocation(['--version']).type, 'version');
  equal(parseServiceInvocation(['-h']).type, 'help');
});

test('an option that a service does not have, or a value that means nothing, is refused', () => {
  for (const line of [
    '--nosuch',
    'word',
    '--log-level 7',
    '--log-level',
    '--idle-exit 1.5',
    '--idle-exit -1',
    '--state-dir configs',
  ])
    equal(parseServiceInvocation(line.split(' ')).type, 'refused', line);
});

test('a service is idle when a period has passed without a call, and nothing holds it', async () => {
  const idle = Promise.withResolvers<void>();
  let held = true;
  const watch = watchIdle(20, () => {
    equal(held, false);
    equal(watch.isIdle(), true);
    idle.resolve();
  });
  const releases = [watch.hold(), watch.hold()];
  await sleep(60);
  equal(watch.isIdle(), false);
  releases[0]?.();
  releases[0]?.(); // once is enough
  await sleep(60);
  held = false;
  releases[1]?.();
  watch.touch();
  await within('it is idle', idle.promise);
  watch.stop();
});

test('a service without a period is never idle', async () => {
  const watch = watchIdle(0, () => {
    throw new Error('it was idle');
  });
  watch.hold()();
  await sleep(20);
  equal(watch.isIdle(), false);
});

test('a refusal without words of its own has those of GDBus++', () => {
  const access = (operation: Access['operation']): Access => ({
    caller: { name: ':1.7', uid: 5, pid: 1, gone: new AbortController().signal },
    operation,
    path: '/a',
    interface: 'a.b',
    member: 'C',
  });
  equal(
    denied(access('call')).message,
    'GDBus.Error:net.openvpn.gdbuspp: Autorization failed for :1.7 performing method call a.b.C in object /a',
  );
  equal(denied(access('get')).message, 'Autorization failed for :1.7 reading property a.b.C in object /a');
  equal(denied(access('set'), 'No.').message, 'No.');
});
