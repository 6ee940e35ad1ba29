// The client library against a session manager that does what a test wants.
import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { implement } from '@ovpnkit/dbus';
import { Secret } from '@ovpnkit/management';
import { ForwardedEvents } from '../../src/contract/log-service.ts';
import {
  isMissingInput,
  SESSIONS_PATH,
  type SessionEvent,
  SessionStartError,
  sessions,
} from '../../src/index.ts';
import { Manager, openStage, PATH } from './client-stage.ts';

const CONFIGURATION = { path: '/net/openvpn/v3/configuration/one' };

const minors = (events: readonly SessionEvent[]) =>
  events.map(event => (event.type === 'status' ? event.status.minor : event.type));

describe('starting a session', () => {
  it('waits for the session to be there, whether that is told before or after the reply', async t => {
    const stage = await openStage(t);
    stage.newTunnel = () => {
      stage.event(1);
      return PATH;
    };
    equal((await sessions(stage.client).start(CONFIGURATION)).path, PATH);
    stage.newTunnel = () => {
      setTimeout(() => stage.event(1), 50);
      return PATH;
    };
    equal((await sessions(stage.client).start(CONFIGURATION)).path, PATH);
  });

  it('fails when the session ends before it begins, or does not begin in time', async t => {
    const stage = await openStage(t);
    const start = () => sessions(stage.client).start(CONFIGURATION, { timeoutMs: 200 });
    await rejects(start(), (error: unknown) => {
      match(String(error), /did not begin within 0.2 seconds/);
      return error instanceof SessionStartError && error.path === PATH;
    });
    stage.newTunnel = () => {
      stage.event(2);
      return PATH;
    };
    await rejects(start(), /ended before it began/);
  });

  it('asks again while a service that has just been started has no objects yet', async t => {
    const stage = await openStage(t);
    stage.server.remove(SESSIONS_PATH);
    const found = sessions(stage.client).find('x');
    await sleep(150);
    stage.server.export(
      SESSIONS_PATH,
      implement(Manager, { methods: { NewTunnel: () => PATH, LookupConfigName: () => [PATH] } }),
    );
    deepEqual(
      (await found).map(({ path }) => path),
      [PATH],
    );
  });

  it('waits for the next session of a configuration, until it is told not to', async t => {
    const stage = await openStage(t);
    const next = sessions(stage.client).awaitNext('office');
    await sleep(50);
    stage.found = [PATH];
    stage.event(1);
    deepEqual(
      (await next).map(({ path }) => path),
      [PATH],
    );
    stage.found = [];
    const signal = AbortSignal.timeout(50);
    await rejects(sessions(stage.client).awaitNext('office', { signal }), { name: 'TimeoutError' });
  });
});

describe('a session', () => {
  it('answers by the names of the questions, and says which stay open', async t => {
    const stage = await openStage(t);
    const session = sessions(stage.client).at(PATH);
    await rejects(session.ready(), isMissingInput);
    const [rest, ...more] = await session.answer({
      username: 'alice',
      constructor: 'no question has this name',
    });
    deepEqual([rest?.name, rest?.hidden, more], ['password', true, []]);
    deepEqual(await session.answer({ password: new Secret('swordfish') }), []);
    await session.ready();
  });

  it('is disconnected when it is disposed of, and it is no failure that it is gone', async t => {
    const stage = await openStage(t);
    await sessions(stage.client).at(PATH)[Symbol.asyncDispose]();
    deepEqual(stage.calls, ['Disconnect']);
    stage.server.remove(PATH);
    await sessions(stage.client).at(PATH)[Symbol.asyncDispose]();
  });

  it('tells the status from before, what happens, and the end, and forwards once for all readers', async t => {
    const stage = await openStage(t);
    const session = sessions(stage.client).at(PATH);
    const [one, two] = [session.events(), session.statusChanges[Symbol.asyncIterator]()];
    const got = [(await one.next()).value as SessionEvent];
    equal((await two.next()).value.minor, 'CONN_CONNECTING');
    stage.tell('CONN_CONNECTING'); // the property had it already
    stage.tell('CONN_CONNECTED');
    stage.tell('CONN_CONNECTED');
    stage.server.emit(PATH, ForwardedEvents, 'StatusChange', [9, 99, 'new'], { to: stage.client.uniqueName });
    stage.event(2);
    for await (const event of one) got.push(event);
    deepEqual(minors(got), ['CONN_CONNECTING', 'CONN_CONNECTED', 'CONN_CONNECTED', 'unknown-status']);
    await two.return?.();
    deepEqual(stage.calls, ['LogForward true', 'LogForward false']);
  });

  it('tells the last status, which the log service may forward behind the end', async t => {
    const stage = await openStage(t);
    const events = sessions(stage.client).at(PATH).events();
    const got = [(await events.next()).value as SessionEvent];
    stage.event(2);
    stage.tell('CONN_DONE');
    for await (const event of events) got.push(event);
    deepEqual(minors(got), ['CONN_CONNECTING', 'CONN_DONE']);
  });

  it('looks for itself where the log is not forwarded', async t => {
    const stage = await openStage(t);
    stage.refuses = true;
    const changes = sessions(stage.client).at(PATH).statusChanges[Symbol.asyncIterator]();
    equal((await changes.next()).value.minor, 'CONN_CONNECTING');
    const next = changes.next();
    stage.status = [2, 7, ''];
    equal((await next).value.minor, 'CONN_CONNECTED');
    stage.server.remove(PATH);
    equal((await changes.next()).done, true);
    deepEqual(stage.calls, ['LogForward true']);
  });

  it('rejects when there is none, ends when its manager goes, and stops when it is told to', async t => {
    const stage = await openStage(t);
    const nobody = sessions(stage.client).at(`${SESSIONS_PATH}/none`).events();
    await rejects(nobody.next(), /Object does not exist at path/);
    const session = sessions(stage.client).at(PATH);
    const stopping = new AbortController();
    const stopped = session.events({ signal: stopping.signal });
    await stopped.next();
    stopping.abort(new Error('enough'));
    await rejects(stopped.next(), /enough/);
    const orphan = session.events();
    await orphan.next();
    const end = orphan.next();
    await stage.release();
    equal((await end).done, true);
  });

  it('says how much was lost when its reader does not keep up', async t => {
    const stage = await openStage(t);
    const session = sessions(stage.client).at(PATH);
    const events = session.events();
    await events.next();
    for (let line = 0; line < 1500; line++) {
      stage.server.emit(PATH, ForwardedEvents, 'Log', [7, 4, `line ${line}`], {
        to: stage.client.uniqueName,
      });
    }
    stage.event(2);
    await session.get('status'); // what comes behind the signals
    const got: SessionEvent[] = [];
    for await (const event of events) got.push(event);
    deepEqual(got[0], { type: 'dropped', count: 500 });
    deepEqual(got.at(-1), { type: 'log', group: 7, category: 4, message: 'line 1499' });
    equal(got.length, 1001);
  });
});
