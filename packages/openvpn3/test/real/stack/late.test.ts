import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defineInterface, implement } from '@ovpnkit/dbus';
import { eventually, isRunning } from '@ovpnkit/lab/testing';
import {
  BACKENDS,
  BACKENDS_PATH,
  CONFIGURATION,
  CONFIGURATION_PATH,
  LOG,
  LOG_PATH,
  NETCFG,
  NETCFG_PATH,
} from '@ovpnkit/openvpn3';
import { type Answer, inTime, unwrap } from '../answer.ts';
import { startStandIn } from '../stand-in.ts';
import { skip } from '../test-bed.ts';
import { endSession, nothingLeft } from './killed-service.ts';
import {
  connectSession,
  connectTunnel,
  openStack,
  type Service,
  type Stack,
  users,
  warmClient,
  whenDevice,
  whenStatus,
} from './stack-stage.ts';

/** Stops a service for as long as `work` takes. */
async function whileStopped(stack: Stack, service: Service, work: () => Promise<void>): Promise<void> {
  const pid = await stack.start(service);
  process.kill(pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

/** What a front end does with a session, with the arguments. */
const steps: readonly (readonly [member: string, signature?: string, ...body: unknown[]])[] = [
  ['Ready'],
  ['Pause', 's', 'x'],
  ['Resume'],
  ['LogForward', 'b', true],
];

/** Nobody hears of a fault of ours. */
function isCleanRefusal(answer: Answer, what: string): void {
  inTime(answer, what);
  ok('error' in answer, `${what} was allowed`);
  ok(!/The service failed|undefined|TypeError/.test(answer.message), `${what}: ${answer.message}`);
}

describe('a service that is stopped keeps nobody waiting', { skip, concurrency: 2 }, () => {
  for (const service of ['log', 'netcfg', 'configuration', 'starter'] as const) {
    const isNeeded = service === 'configuration' || service === 'starter';
    it(`when it is the ${service} service, and everything works when it goes on`, async t => {
      const stack = await openStack(t);
      const profile = await stack.server.profile('cert');
      const configuration = await stack.importProfile('games', profile);
      await stack.start('sessions');
      await whileStopped(stack, service, async () => {
        // More than are looked up at the same time.
        const crowd = Array.from({ length: 48 }, (_, index) =>
          stack.newTunnel('games', `${CONFIGURATION_PATH}/x${index}`),
        );
        const answer = await stack.newTunnel('games', configuration);
        for (const each of [answer, ...(await Promise.all(crowd))]) inTime(each, 'NewTunnel');
        if (isNeeded) isCleanRefusal(answer, 'NewTunnel');
        else {
          const session = String(unwrap(answer)[0]);
          await connectSession(stack, session);
          await endSession(stack, session);
        }
        await eventually('there is no session', async () => (await stack.sessions('games')).length === 0);
      });
      const session = await connectTunnel(stack, configuration);
      await whenDevice(stack, session);
      await whileStopped(stack, service, async () => {
        for (const [member, ...args] of steps) {
          const answer = await stack.call('games', 'sessions', session, member, ...args);
          inTime(answer, member);
          if (service !== 'log' && member !== 'Ready') unwrap(answer);
        }
        await endSession(stack, session);
      });
      await nothingLeft(stack);
    });
  }

  it('when it is the backend that was kept ready, which is given up and killed', async t => {
    const stack = await openStack(t);
    const configuration = await stack.importProfile('games', await stack.server.profile('cert'));
    await stack.start('starter');
    const pid = await warmClient(stack);
    process.kill(pid, 'SIGSTOP');
    const session = String(unwrap(await stack.newTunnel('games', configuration))[0]);
    await Promise.all(
      (['Ready', 'Connect', 'LogForward'] as const).map(async member => {
        const args = member === 'LogForward' ? ['b', true] : [];
        const [signature, ...body] = args as [string?, ...unknown[]];
        const answer = await stack.call('games', 'sessions', session, member, signature, ...body);
        isCleanRefusal(answer, member);
        match(
          'error' in answer ? `${answer.error} ${answer.message}` : '',
          /_2egdbuspp\.Code36 GDBus\.Error:net\.openvpn\.gdbuspp: Backend VPN process has not registered yet/,
        );
      }),
    );
    await stack.heard.next('SessionManagerEvent', ([of, type]) => of === session && type === 2);
    await eventually('it was killed', () => !isRunning(pid));
    await endSession(stack, await connectTunnel(stack, configuration));
    await nothingLeft(stack);
  });

  it('when it is the session manager, whose sessions are there when it goes on', async t => {
    const stack = await openStack(t);
    const configuration = await stack.importProfile('games', await stack.server.profile('cert'));
    const session = await connectTunnel(stack, configuration);
    await whileStopped(stack, 'sessions', async () => {
      const other = await stack.importProfile('games', await stack.server.profile('cert'));
      inTime(await stack.call('games', 'configuration', other, 'Validate'), 'Validate');
      inTime(await stack.call('games', 'configuration', other, 'Remove'), 'Remove');
    });
    await endSession(stack, session);
    await nothingLeft(stack);
  });
});

/** A configuration as it should be, apart from what `Fetch` gives: a number. */
const wrongConfiguration = implement(
  defineInterface({
    name: CONFIGURATION,
    methods: { Fetch: { out: ['u config'] } },
    properties: {
      dco: { type: 'b', access: 'read' },
      name: { type: 's', access: 'read' },
      overrides: { type: 'a{sv}', access: 'read' },
      owner: { type: 'u', access: 'read' },
    },
  }),
  {
    methods: { Fetch: () => 7 },
    properties: {
      dco: { get: () => false },
      name: { get: () => 'wrong' },
      overrides: { get: () => new Map() },
      owner: { get: () => users.games.uid },
    },
  },
);

/** It says that a client was started, in words, and has started none. */
const wrongStarter = implement(
  defineInterface({ name: BACKENDS, methods: { StartClient: { in: ['s token'], out: ['s pid'] } } }),
  { methods: { StartClient: () => 'soon' } },
);

/** It takes everybody, and says so with the wrong types. */
const wrongLog = implement(
  defineInterface({
    name: LOG,
    methods: {
      Attach: { in: ['s interface'], out: ['u number'] },
      AssignSession: { in: ['o session_path', 's interface'], out: ['u number'] },
      Detach: { in: ['s interface'] },
      ProxyLogEvents: { in: ['s target_address', 'o session_path'], out: ['u number'] },
    },
  }),
  { methods: { Attach: () => 1, AssignSession: () => 2, Detach() {}, ProxyLogEvents: () => 3 } },
);

/** It makes no object, and says so with the wrong type. */
const wrongNetcfg = implement(
  defineInterface({
    name: NETCFG,
    methods: { CreateVirtualInterface: { in: ['s device_name'], out: ['u number'] } },
  }),
  { methods: { CreateVirtualInterface: () => 7 } },
);

describe('a wrong answer', { skip, concurrency: 2 }, () => {
  it('of the configuration manager ends the session that it was for, and its backend', async t => {
    const stack = await openStack(t);
    const path = `${CONFIGURATION_PATH}/wrong`;
    await startStandIn(stack.bus, CONFIGURATION, { [path]: wrongConfiguration });
    const answer = await stack.newTunnel('games', path);
    inTime(answer, 'NewTunnel');
    const [session] = unwrap(answer);
    await stack.heard.next('SessionManagerEvent', ([of, type]) => of === session && type === 2);
    await nothingLeft(stack);
  });

  it('of the starter is told to the caller of NewTunnel', async t => {
    const stack = await openStack(t);
    await startStandIn(stack.bus, BACKENDS, { [BACKENDS_PATH]: wrongStarter });
    const configuration = await stack.importProfile('games', await stack.server.profile('cert'));
    isCleanRefusal(await stack.newTunnel('games', configuration), 'NewTunnel');
    deepEqual(await stack.sessions('games'), []);
  });

  it('of the log service is in the way of nothing but the log', async t => {
    const stack = await openStack(t);
    await startStandIn(stack.bus, LOG, { [LOG_PATH]: wrongLog });
    const configuration = await stack.importProfile('games', await stack.server.profile('cert'));
    const session = await connectTunnel(stack, configuration);
    isCleanRefusal(await stack.call('games', 'sessions', session, 'LogForward', 'b', true), 'LogForward');
    await endSession(stack, session);
    await nothingLeft(stack);
  });

  it('of the network configuration service is in the way of nothing', async t => {
    const stack = await openStack(t);
    await startStandIn(stack.bus, NETCFG, { [NETCFG_PATH]: wrongNetcfg });
    const configuration = await stack.importProfile('games', await stack.server.profile('cert'));
    const session = await connectTunnel(stack, configuration);
    equal(await stack.value('games', session, 'device_path'), '/');
    inTime(await stack.call('games', 'sessions', session, 'Restart'), 'Restart');
    await whenStatus(stack, session, 7);
    await endSession(stack, session);
    await nothingLeft(stack);
    equal(stack.complaints(), '');
  });
});
