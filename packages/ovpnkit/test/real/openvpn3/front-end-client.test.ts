// The client library among the real services: a tunnel from a program.
import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accounts } from '@ovpnkit/lab/testing';
import { Secret } from '@ovpnkit/management';
import {
  configurations,
  errorText,
  isMissingInput,
  type Session,
  type StatusMinorName,
  sessions,
} from '@ovpnkit/openvpn3';
import { skip } from '../../../../openvpn3/test/real/test-bed.ts';
import { openFrontEndStage } from './front-end-stage.ts';

/** Begins to watch a session, and gives its statuses up to one, that included; or up to the end of the session. */
async function watch(session: Session, last: StatusMinorName): Promise<() => Promise<StatusMinorName[]>> {
  const statuses = session.statusChanges[Symbol.asyncIterator]();
  const seen: StatusMinorName[] = [];
  let next = await statuses.next();
  return async () => {
    for (; !next.done; next = await statuses.next()) {
      seen.push(next.value.minor);
      if (next.value.minor === last) await statuses.return?.();
    }
    return seen;
  };
}

describe('the client library', { skip, concurrency: 2 }, () => {
  it('brings a tunnel up in ten lines', async t => {
    const stage = await openFrontEndStage(t);
    const bus = await stage.connectAs('games');
    const profile = await stage.server.profile('userpass');
    const office = await configurations(bus).import('office', profile, { singleUse: true, tags: ['work'] });
    deepEqual(await office.get('tags'), ['work']);
    const session = await sessions(bus).start(office);
    await rejects(session.connect(), isMissingInput);
    deepEqual(
      (await session.needs()).map(({ name, hidden }) => [name, hidden]),
      [
        ['username', false],
        ['password', true],
      ],
    );
    const connected = await watch(session, 'CONN_CONNECTED');
    deepEqual(await session.answer({ username: 'alice', password: new Secret(accounts.password) }), []);
    await session.connect();
    equal((await connected()).at(-1), 'CONN_CONNECTED');
    deepEqual(await session.connectedTo(), { protocol: 'udp', address: '198.18.0.1', port: 1194 });
    for (const value of (await session.statistics()).values()) equal(typeof value, 'bigint');
    deepEqual(await configurations(bus).find('office'), [], 'it was for single use');

    const paused = await watch(session, 'CONN_PAUSED');
    await session.pause('lunch');
    equal((await paused()).at(-1), 'CONN_PAUSED');
    await session.resume();
    const over = await watch(session, 'CONN_DONE');
    await session[Symbol.asyncDispose]();
    equal((await over()).at(-1), 'CONN_DONE');
    deepEqual(await sessions(bus).list(), []);
  });

  it('asks what the server asks in the middle of it', async t => {
    const stage = await openFrontEndStage(t);
    const bus = await stage.connectAs('games');
    const office = await configurations(bus).import('office', await stage.server.profile('userpass'));
    const session = await sessions(bus).start(office);
    await session.answer({ username: 'dyn', password: new Secret(accounts.password) });
    const statuses = session.statusChanges[Symbol.asyncIterator]();
    equal((await statuses.next()).value.minor, 'CFG_REQUIRE_USER');
    await session.connect();
    for (;;) {
      const { value, done } = await statuses.next();
      equal(done, false);
      if (value.minor === 'CONN_CONNECTED') break;
      if (value.minor !== 'CFG_REQUIRE_USER') continue;
      const [need] = await session.needs();
      equal(need?.description, accounts.dynamicChallenge);
      if (need) await session.provide(need, accounts.otp);
      await session.connect();
    }
    await statuses.return?.();
  });

  it('lets another user watch, by looking now and then, and says why it may not act', async t => {
    const stage = await openFrontEndStage(t);
    const [owner, other] = [await stage.connectAs('games'), await stage.connectAs('news')];
    const office = await configurations(owner).import('office', await stage.server.profile('cert'));
    const session = await sessions(owner).start(office);
    await session.grant(9);
    deepEqual(await session.get('acl'), [9]);
    const watched = sessions(other).at(session.path);
    const connected = await watch(watched, 'CONN_CONNECTED');
    await session.connect();
    equal((await connected()).at(-1), 'CONN_CONNECTED');
    await rejects(watched.grant(8), (error: Error) => {
      match(error.message, /^GDBus\.Error:net\.openvpn\.gdbuspp: /);
      return errorText(error.message) === 'Access denied';
    });
    const over = await watch(watched, 'CONN_DONE');
    await session.disconnect();
    await over(); // it ends; between two looks it has gone without a word
  });
});
