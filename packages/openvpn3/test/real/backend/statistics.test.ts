import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '@ovpnkit/lab';
import { eventually } from '@ovpnkit/lab/testing';
import { unwrap } from '../answer.ts';
import type { Backend } from '../backend.ts';
import { openTestBed, skip, type TestBed } from '../test-bed.ts';
import { connectSession, openSession } from './session.ts';

const statisticsOf = async (backend: Backend) => (await backend.get('statistics')) as Map<string, bigint>;

/** Sends packets of 1000 bytes through the tunnel until it has got so many back; behind a restart the first may be lost. */
async function ping(bed: TestBed, count: number): Promise<void> {
  const { lab } = bed.server;
  const [client] = lab.clients;
  ok(client);
  const command = `ping -q -w 30 -c ${count} -i 0.01 -s 1000 ${lab.tunnelAddress}`.split(' ');
  const { code, stdout } = await runProgram(['nsenter', `--net=${client.namespace}`, ...command]);
  equal(code, 0, stdout);
}

/** What the kernel itself counted at the device of the tunnel: packets and bytes that came out of it, and went in. */
async function deviceCounters(bed: TestBed): Promise<bigint[]> {
  const command = ['nsenter', `--net=${bed.server.namespace(0)}`, 'cat', '/proc/net/dev'];
  const { stdout } = await runProgram(command);
  const [, numbers = ''] = /^ *tun\d+:(.*)$/m.exec(stdout) ?? [];
  const [rxBytes = 0n, rxPackets = 0n, , , , , , , txBytes = 0n, txPackets = 0n] = numbers
    .trim()
    .split(/ +/)
    .map(BigInt);
  return [txBytes, rxBytes, txPackets, rxPackets];
}

test('statistics count what went through the tunnel, over pauses and restarts', { skip }, async t => {
  const bed = await openTestBed(t);
  const backend = await openSession(bed, 'cert');
  deepEqual(await statisticsOf(backend), new Map());
  await connectSession(backend);
  const names = ['TUN_BYTES_IN', 'TUN_BYTES_OUT', 'TUN_PACKETS_IN', 'TUN_PACKETS_OUT'];
  const tunnel = async () => {
    const all = await statisticsOf(backend);
    return names.map(name => all.get(name) ?? 0n);
  };

  await ping(bed, 50);
  // The device may carry something of the host's own at any time.
  await eventually('they are those of the device', async () => {
    const expected = await deviceCounters(bed);
    const found = await tunnel();
    return found.every((value, index) => value === expected[index]);
  });
  const first = await tunnel();
  ok(
    first.every((value, index) => value >= (index < 2 ? 50n * 1028n : 50n)),
    String(first),
  );

  unwrap(await backend.call('Pause', 'a while'));
  await eventually('the device goes', async () => (await backend.get('device_name')) === '');
  const whilePaused = await tunnel();
  ok(
    whilePaused.every((value, index) => value >= (first[index] ?? 0n)),
    String(whilePaused),
  );
  unwrap(await backend.call('Resume'));
  await backend.waitForStatus('CONN_CONNECTED');
  await ping(bed, 20);
  const second = await tunnel();
  ok(
    second.every((value, index) => value >= (first[index] ?? 0n) + (index < 2 ? 20n * 1028n : 20n)),
    String(second),
  );

  unwrap(await backend.call('Restart'));
  await backend.waitForStatus('CONN_CONNECTED');
  await ping(bed, 10);
  const third = await tunnel();
  ok(
    third.every((value, index) => value >= (second[index] ?? 0n) + (index < 2 ? 10n * 1028n : 10n)),
    String(third),
  );

  // Bytes on the transport are told once a second.
  const all = await eventually('the transport has carried all of it', async () => {
    const found = await statisticsOf(backend);
    return (
      (found.get('BYTES_IN') ?? 0n) > 80n * 1028n && (found.get('BYTES_OUT') ?? 0n) > 80n * 1028n && found
    );
  });
  deepEqual([all.get('N_PAUSE'), all.get('N_RECONNECT')], [1n, 2n]);
  // Nobody counts these, so they are not there.
  deepEqual([all.get('PACKETS_IN'), all.get('PACKETS_OUT')], [undefined, undefined]);
  deepEqual(
    [...all.keys()].toSorted(),
    ['BYTES_IN', 'BYTES_OUT', 'N_PAUSE', 'N_RECONNECT', ...names].toSorted(),
  );
});
