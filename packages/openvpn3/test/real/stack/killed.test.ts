import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually, ping } from '@ovpnkit/lab/testing';
import { NETCFG_PATH } from '@ovpnkit/openvpn3';
import { inTime, unwrap } from '../answer.ts';
import type { MonitoredMessage } from '../bus-monitor.ts';
import { skip } from '../test-bed.ts';
import { configurations, endSession, nothingLeft, openKillStage } from './killed-service.ts';
import { connectTunnel, type Stack, serviceNames, whenDevice, whenStatus } from './stack-stage.ts';

/** The server's end. */
const TUNNEL = '198.19.0.1';

/** What games hears of a session from the log service. */
const forwarded = (stack: Stack, session: string, from: number) =>
  stack.heard.all.slice(from).filter(({ path, member }) => path === session && member === 'StatusChange');

describe('when a service is killed while a tunnel is up', { skip, concurrency: 2 }, () => {
  for (const service of serviceNames) {
    it(`the tunnel lives on, and the ${service} service comes back when it is called`, async t => {
      const { stack, profile } = await openKillStage(t);
      const configuration = await stack.importProfile('games', profile, { persistent: true });
      const session = await connectTunnel(stack, configuration);
      unwrap(await stack.call('games', 'sessions', session, 'LogForward', 'b', true));
      const [daemon] = stack.daemons();
      const device = await stack.value('games', session, 'device_name');
      for (let round = 0; round < 2; round++) {
        await stack.kill(service);
        deepEqual(await stack.sessions('games'), [session]);
        deepEqual(await configurations(stack), [configuration]);
        equal(await stack.value('games', session, 'device_name'), device);
        deepEqual(
          stack.daemons().map(({ pid }) => pid),
          [daemon?.pid],
        );
        equal(await ping(stack.server.namespace(0), TUNNEL, 1, 56), 1);
      }
      await stack.start(service);
      const heard = stack.heard.all.length;
      await eventually('its log is forwarded again', async () => {
        if (forwarded(stack, session, heard).length > 0) return true;
        inTime(await stack.call('games', 'sessions', session, 'Restart'), 'Restart');
        await whenStatus(stack, session, 7);
        return false;
      });
      await stack.start('netcfg');
      await whenDevice(stack, session);
      await endSession(stack, session);
      await nothingLeft(stack);
    });
  }

  it('all of them at once, nothing is lost', async t => {
    const { stack, profile } = await openKillStage(t);
    const configuration = await stack.importProfile('games', profile, { persistent: true });
    const session = await connectTunnel(stack, configuration);
    const [daemon] = stack.daemons();
    await Promise.all(serviceNames.map(stack.kill));
    deepEqual(await stack.sessions('games'), [session]);
    deepEqual(await configurations(stack), [configuration]);
    deepEqual(
      stack.daemons().map(({ pid }) => pid),
      [daemon?.pid],
    );
    await endSession(stack, session);
    await connectTunnel(stack, configuration);
  });
});

/** What a backend has just told the network configuration service when that dies. */
const told: readonly MonitoredMessage[] = [
  { type: 'call', member: 'CreateVirtualInterface' },
  { type: 'answer', member: 'CreateVirtualInterface' },
  { type: 'call', member: 'AddNetworks' },
  { type: 'call', member: 'Attach' },
  { type: 'answer', member: 'Attach' },
];

describe('when the network configuration service is killed while it hears of a device', {
  skip,
  concurrency: 2,
}, () => {
  for (const moment of told) {
    it(`at the ${moment.type} of ${moment.member}, the tunnel comes up, and the next one has its device`, async t => {
      const { stack, monitor, profile } = await openKillStage(t);
      const configuration = await stack.importProfile('games', profile);
      const pid = await stack.start('netcfg');
      const now = monitor.next(moment).then(() => process.kill(pid, 'SIGKILL'));
      const session = await connectTunnel(stack, configuration);
      await now;
      await eventually('it is gone', async () => (await stack.pidOf('netcfg')) !== pid);
      await stack.start('netcfg');
      const device = await whenDevice(stack, session);
      const listed = await stack.call('root', 'netcfg', NETCFG_PATH, 'FetchInterfaceList');
      deepEqual(unwrap(listed), [[device]]);
      await endSession(stack, session);
      await nothingLeft(stack);
    });
  }
});
