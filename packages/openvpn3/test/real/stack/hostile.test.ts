import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '@ovpnkit/dbus';
import { BACKENDS, CONFIGURATION_PATH, NETCFG, NETCFG_PATH, SESSIONS_PATH } from '@ovpnkit/openvpn3';
import fc from 'fast-check';
import { type Answer, ask, LATEST_MS, unwrap } from '../answer.ts';
import { skip } from '../test-bed.ts';
import {
  type Belongings,
  type HostileCall,
  hostileCall,
  membersOf,
  surfacesOf,
  surfacesOfServices,
} from './hostile-calls.ts';
import {
  connectSession,
  openSession,
  openStack,
  type Stack,
  serviceNames,
  whenDevice,
  whenStatus,
} from './stack-stage.ts';

const ROUNDS = 25;
const CALLS_OF_A_ROUND = 100;
/** Front ends wait so long. */
const patience = { timeoutMs: LATEST_MS };

async function furnish(
  stack: Stack,
  who: 'games' | 'nobody',
  profile: 'cert' | 'unreachable',
): Promise<Belongings> {
  const configuration = await stack.importProfile(who, await stack.server.profile(profile));
  const session = await openSession(stack, configuration, who);
  unwrap(await stack.call(who, 'sessions', session, 'Ready'));
  unwrap(await stack.call(who, 'sessions', session, 'LogForward', 'b', true));
  const [proxy = ''] = (await stack.value(who, session, 'log_forwards')) as string[];
  return { configuration, session, proxy, pid: Number(await stack.value(who, session, 'backend_pid')) };
}

const surfacesFor = (all: readonly Belongings[]) => [...surfacesOfServices, ...all.flatMap(surfacesOf)];

/** Some of the calls end what is their caller's own. */
async function isComplete(stack: Stack, { session, configuration }: Belongings): Promise<boolean> {
  const [path, member] = [CONFIGURATION_PATH, 'FetchAvailableConfigs'];
  const [configurations] = unwrap(await stack.call('nobody', 'configuration', path, member));
  return (
    (configurations as string[]).includes(configuration) && (await stack.sessions('nobody')).includes(session)
  );
}

const named = 'AccessDenied|Failed|InvalidArgs|LimitsExceeded|UnknownMethod|ServiceUnknown';
const CLEAN = new RegExp(
  `^org\\.(freedesktop\\.DBus\\.Error\\.(${named})|gtk\\.GDBus\\.UnmappedGError\\.Quark\\.\\w+\\.Code36)$`,
);

/** An answer that a service has meant. */
function isClean(call: HostileCall, answer: Answer): void {
  if ('ok' in answer) return;
  const { error, message } = answer;
  const what = `${call.interface}.${call.member}(${call.signature}) at ${call.path}: ${error} ${message}`;
  match(error, CLEAN, what);
  // The first is what the library says for a fault of ours; the others are words of the machine.
  ok(!/The service failed|TypeError|undefined|\bat .*:\d+:|node:|ENOENT|BEGIN/.test(message), what);
  // Backends leave with their sessions; nobody else leaves.
  if (error.endsWith('.ServiceUnknown')) ok(call.destination.startsWith(`${BACKENDS}.be`), what);
}

describe('a local user who calls everything with anything', { skip }, () => {
  it('gets clean answers, and others go on working meanwhile and afterwards', async t => {
    const stack = await openStack(t);
    let games = await furnish(stack, 'games', 'cert');
    await connectSession(stack, games.session);
    games = { ...games, device: await whenDevice(stack, games.session) };
    const members = await membersOf(stack, surfacesFor([games]));
    let own = await furnish(stack, 'nobody', 'unreachable');
    const pids = await Promise.all(serviceNames.map(stack.pidOf));
    const before = await Promise.all(
      ['acl', 'public_access', 'owner'].map(each => stack.value('games', games.session, each)),
    );

    let slowest = 0;
    let over = false;
    const meanwhile = (async () => {
      while (!over) {
        const answers = await Promise.all([
          stack.call('games', 'configuration', games.configuration, 'Validate'),
          stack.call('games', 'sessions', SESSIONS_PATH, 'FetchAvailableSessions'),
          stack.call('games', 'sessions', games.session, 'Ready'),
        ]);
        answers.forEach(unwrap);
        slowest = Math.max(slowest, ...answers.map(({ ms }) => ms));
        await sleep(20);
      }
    })();
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const calls = fc.sample(hostileCall(surfacesFor([games, own]), members), {
          seed: round,
          numRuns: CALLS_OF_A_ROUND,
        });
        const answers = await Promise.all(calls.map(call => ask(stack.people.nobody, call, patience)));
        for (const [index, call] of calls.entries()) isClean(call, answers[index] as Answer);
        if (!(await isComplete(stack, own))) own = await furnish(stack, 'nobody', 'unreachable');
      }
    } finally {
      over = true;
      await meanwhile;
    }
    t.diagnostic(`the slowest answer to somebody else took ${Math.round(slowest)} ms`);
    ok(slowest < patience.timeoutMs);
    deepEqual(await Promise.all(serviceNames.map(stack.pidOf)), pids);
    deepEqual(await stack.sessions('games'), [games.session]);
    equal(await stack.value('games', games.session, 'device_path'), games.device);
    deepEqual(
      await Promise.all(
        ['acl', 'public_access', 'owner'].map(each => stack.value('games', games.session, each)),
      ),
      before,
    );

    const configuration = await stack.importProfile('news', await stack.server.profile('cert'));
    const session = await openSession(stack, configuration, 'news');
    unwrap(await stack.call('news', 'sessions', session, 'Connect'));
    await whenStatus(stack, session, 7);
    equal(stack.complaints(), '');
  });
});

describe('root and the programs of the user of the services, who may do more,', { skip }, () => {
  it('get clean answers as well, whatever they call', async t => {
    const stack = await openStack(t);
    const games = await furnish(stack, 'games', 'cert');
    await connectSession(stack, games.session);
    const deviceOfGames = await whenDevice(stack, games.session);
    const { bus: openvpn } = await stack.bus.connectAs();
    let own = await furnish(stack, 'nobody', 'unreachable');
    let device = await createDevice(openvpn, 'x');
    // Each new backend would wait for its registration, and who may call a backend is tested elsewhere.
    const surfacesNow = () =>
      surfacesFor([{ ...own, device }]).filter(({ kind }) => !kind.startsWith('backend'));
    const members = await membersOf(stack, surfacesNow());
    const pids = await Promise.all(serviceNames.map(stack.pidOf));
    for (let round = 0; round < ROUNDS; round++) {
      const calls = fc.sample(hostileCall(surfacesNow(), members), {
        seed: round,
        numRuns: CALLS_OF_A_ROUND,
      });
      const who = round % 2 === 0 ? openvpn : stack.people.root;
      const answers = await Promise.all(calls.map(call => ask(who, call, patience)));
      for (const [index, call] of calls.entries()) isClean(call, answers[index] as Answer);
      if (!(await isComplete(stack, own))) own = await furnish(stack, 'nobody', 'unreachable');
      const [devices] = unwrap(await stack.call('root', 'netcfg', NETCFG_PATH, 'FetchInterfaceList'));
      ok((devices as string[]).includes(deviceOfGames));
      if (!(devices as string[]).includes(device)) device = await createDevice(openvpn, `x${round}`);
    }
    deepEqual(await Promise.all(serviceNames.map(stack.pidOf)), pids);
    deepEqual(await stack.sessions('games'), [games.session]);
    equal(stack.complaints(), '');
  });
});

/** Gives the path of the object. */
async function createDevice(bus: Bus, name: string): Promise<string> {
  const service = { destination: NETCFG, path: NETCFG_PATH, interface: NETCFG };
  const call = { ...service, member: 'CreateVirtualInterface', signature: 's', body: [name] };
  return String(unwrap(await ask(bus, call))[0]);
}
