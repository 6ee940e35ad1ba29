// What every service does alike, shown with the least of them as a process on a real bus.
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '@ovpnkit/dbus';
import { eventually } from '@ovpnkit/lab/testing';
import { CONFIGURATION, CONFIGURATION_PATH } from '@ovpnkit/openvpn3';
import { ask, unwrap } from '../answer.ts';
import { startLogService } from '../log-service.ts';
import { type ServiceProcess, startService } from '../service-process.ts';
import { type SystemBus, startSystemBus } from '../system-bus.ts';
import { skip } from '../test-bed.ts';

const start = (t: TestContext, bus: SystemBus, ...args: string[]) =>
  startService(t, {
    bus,
    service: 'configuration-manager',
    program: 'packages/openvpn3/test/real/least-service.ts',
    args,
  });

const call = async (from: Bus, member: string) =>
  unwrap(
    await ask(from, {
      destination: CONFIGURATION,
      path: CONFIGURATION_PATH,
      interface: CONFIGURATION,
      member,
    }),
  );

/** What a process has printed may be read after its end is known. */
const printed = (service: ServiceProcess, text: RegExp) =>
  eventually(`it has printed ${text}`, () => text.test(service.output()));

describe('a service', { skip, concurrency: 4 }, () => {
  it('ends when nobody has called it for its period, and not while something needs it', async t => {
    const bus = await startSystemBus(t);
    const caller = await bus.connect();
    const service = await start(t, bus, '2000');
    await call(caller, 'Seal');
    await sleep(3000);
    await call(caller, 'Remove');
    equal(await service.exited, 0);
    await printed(service, /ended\n$/);
    match(service.output(), /INFO: The least service started\n.*INFO: The least service ended\n$/s);
  });

  it('answers the call that ends it', async t => {
    const bus = await startSystemBus(t);
    const service = await start(t, bus);
    await call(await bus.connect(), 'Import');
    equal(await service.exited, 0);
  });

  it('ends with the bus', async t => {
    const bus = await startSystemBus(t);
    const log = await startLogService(bus);
    const service = await start(t, bus);
    await log.signals.next('Log');
    await bus.kill();
    equal(await service.exited, 0);
    await printed(service, /The least service ended\n$/);
  });

  it('does not begin when another program has its name, and says so', async t => {
    const bus = await startSystemBus(t);
    await start(t, bus);
    const second = await start(t, bus);
    equal(await second.exited, 1);
    await printed(second, /'net\.openvpn\.v3\.configuration' has another owner/);
  });

  it('keeps what it logs until there is a log service, and no more than a hundred lines of it', async t => {
    const bus = await startSystemBus(t);
    const service = await start(t, bus);
    const caller = await bus.connect();
    for (let line = 0; line < 120; line++) await call(caller, 'Validate');
    const log = await startLogService(bus);
    const first = await log.signals.next('Log');
    deepEqual(first.args, [9, 4, 'line 20']);
    deepEqual([first.sender, first.path], [service.uniqueName, CONFIGURATION_PATH]);
    await log.signals.next('Log', ([, , text]) => text === 'line 119');
    ok(log.signals.all.every(({ member }) => member === 'Log'));
  });
});
