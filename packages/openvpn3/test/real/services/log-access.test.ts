import { deepEqual, equal, rejects } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Variant } from '@ovpnkit/dbus';
import { eventually } from '@ovpnkit/lab/testing';
import { BACKENDS, CONFIGURATION, LOG, SESSIONS } from '@ovpnkit/openvpn3';
import { ask, unwrap } from '../answer.ts';
import { skip } from '../test-bed.ts';
import {
  ACCESS_DENIED,
  attachBackend,
  call,
  GDBUSPP,
  get,
  isRefused,
  LOG_ERROR,
  NOBODY,
  openLog,
  SESSION,
  set,
  unmapped,
} from './log-stage.ts';

describe('who may use the log service', { skip, concurrency: 2 }, () => {
  it('refuses what the deployed program refuses, in its words, and what makes that end', async t => {
    const { bus, start, root } = await openLog(t);
    await start();
    const backend = await attachBackend(bus);
    isRefused(
      await call(backend.own, 'Attach', 's', BACKENDS),
      LOG_ERROR,
      'GDBus.Error:net.openvpn.v3.log.error: Already attached',
    );
    isRefused(
      await call(backend.own, 'Detach', 's', 'nosuch'),
      LOG_ERROR,
      'GDBus.Error:net.openvpn.v3.log.error: Not attached',
    );
    isRefused(
      await call(backend.own, 'Attach', 's', 'x\ny'),
      unmapped('net_2eopenvpn_2egdbuspp_2erequest'),
      /^GDBus\.Error:net\.openvpn\.gdbuspp\.request: Failed to subscribe to 'Log'/,
    );
    isRefused(
      await call(backend.own, 'AssignSession', 'os', SESSION, SESSIONS),
      LOG_ERROR,
      'GDBus.Error:net.openvpn.v3.log.error: Not attached',
    );
    isRefused(
      await set(root, 'log_level', new Variant('u', 7)),
      'org.freedesktop.DBus.Error.Failed',
      'Incorrect log level: 7 is higher than 6',
    );
    unwrap(await call(backend.own, 'Detach', 's', BACKENDS));
    equal(await get(root, 'num_attached'), 0);
    for (let count = 0; count < 16; count++) {
      unwrap(await call(backend.own, 'Attach', 's', `net.openvpn.v3.test${count}`));
    }
    isRefused(
      await call(backend.own, 'Attach', 's', BACKENDS),
      LOG_ERROR,
      /has attached 16 interfaces already$/,
    );
  });

  it('lets each user do what is theirs: strangers, root, services, backends, the session manager', async t => {
    const { bus, start, root } = await openLog(t);
    await start();
    const { bus: stranger } = await bus.connectAs(NOBODY);
    const { bus: service } = await bus.connectAs();
    const { bus: sessions } = await bus.connectAs();
    await sessions.requestName(SESSIONS);
    const backend = await attachBackend(bus, SESSION);
    const users = { stranger, root, service, sessions, backend: backend.own };
    const everybody = Object.keys(users);
    const allowed: [member: string, signature: string, body: unknown[], who: string[]][] = [
      ['Attach', 's', [CONFIGURATION], ['service', 'sessions', 'backend']],
      ['AssignSession', 'os', [SESSION, BACKENDS], ['backend']],
      ['ProxyLogEvents', 'so', [stranger.uniqueName, SESSION], ['sessions']],
      ['GetSubscriberList', '', [], ['root']],
      ['Detach', 's', [CONFIGURATION], ['service', 'sessions', 'backend']],
    ];
    for (const [member, signature, body, who] of allowed) {
      const found: string[] = [];
      for (const [name, user] of Object.entries(users)) {
        const answer = await call(user, member, signature, ...body);
        if ('ok' in answer) found.push(name);
        else if (answer.error !== ACCESS_DENIED) {
          isRefused(
            answer,
            GDBUSPP,
            `GDBus.Error:net.openvpn.gdbuspp: Autorization failed for ${user.uniqueName} performing method call ` +
              `net.openvpn.v3.log.${member} in object /net/openvpn/v3/log`,
          );
        }
      }
      deepEqual(found, who, member);
    }
    const readers: string[] = [];
    const writers: string[] = [];
    for (const [name, user] of Object.entries(users)) {
      if ((await get(user, 'log_level')) === 3) readers.push(name);
      if ('ok' in (await set(user, 'log_level', new Variant('u', 3)))) writers.push(name);
    }
    deepEqual(readers, everybody);
    deepEqual(writers, ['root', 'service', 'sessions', 'backend']);
    for (const user of [service, stranger]) {
      await rejects(user.requestName(LOG)); // it has an owner, or may not be owned
    }
  });

  it('drops whoever leaves the bus at once', async t => {
    const { bus, start, root } = await openLog(t);
    await start();
    const { bus: sessions } = await bus.connectAs();
    await sessions.requestName(SESSIONS);
    const target = await bus.connectAs(NOBODY);
    const backend = await attachBackend(bus, SESSION);
    const forward = async () =>
      unwrap(await call(sessions, 'ProxyLogEvents', 'so', target.bus.uniqueName, SESSION));
    const [path] = await forward();
    await target.kill();
    const remove = { destination: LOG, path: String(path), interface: LOG, member: 'Remove' };
    await eventually('the proxy is gone', async () => 'error' in (await ask(sessions, remove)));
    equal(await get(root, 'num_attached'), 1);
    await backend.kill();
    await eventually('the attachment is gone', async () => (await get(root, 'num_attached')) === 0);
    deepEqual(unwrap(await call(root, 'GetSubscriberList')), [[]]);
  });
});
