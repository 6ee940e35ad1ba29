import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { type ClientAuthEvent, CommandError, EncodeError, type ManagementClient } from '../src/index.ts';
import type { Session } from '../src/testing/index.ts';
import { because, clientOf, connected, daemonFor } from './connected.ts';

const asking = (header: string, ...variables: string[]): string[] => [
  `>CLIENT:${header}`,
  ...[...variables, 'END'].map(variable => `>CLIENT:ENV,${variable}`),
];

/** The next so many questions of clients. */
async function questions(client: ManagementClient, count: number): Promise<ClientAuthEvent[]> {
  const events: ClientAuthEvent[] = [];
  for await (const event of client) {
    if (event.type === 'CLIENT' && (event.kind === 'CONNECT' || event.kind === 'REAUTH')) events.push(event);
    if (events.length === count) break;
  }
  return events;
}

const answered = /has been answered already/;

describe('a client that asks to be let in', () => {
  it('is let in, with directives or without, turned away, or asked for more', async t => {
    const client = await connected(t, async session => {
      for (const cid of [0, 1, 2, 3]) session.send(...asking(`CONNECT,${cid},1`, 'username=alice'));
      await session.expect('client-auth-nt 0 1');
      session.send('SUCCESS: x');
      await session.expect('client-auth 1 1', 'push "x"', 'END');
      session.send('SUCCESS: x');
      await session.expect('client-deny 2 1 "no such user" "Go away"');
      session.send('SUCCESS: x');
      await session.expect('client-pending-auth 3 1 "CR_TEXT:R:PIN?" 60');
      session.send('SUCCESS: x', ...asking('CR_RESPONSE,3,1,MTIzNDU2'));
      await session.expect('client-auth-nt 3 1');
      session.send('SUCCESS: x');
    });
    const responses = client.once('CLIENT');
    const [first, second, third, fourth] = await questions(client, 4);
    await first?.allow();
    await second?.allow(['push "x"']);
    await third?.deny('no such user', 'Go away');
    assert.equal((await responses).cid, 0);
    const later = client.events();
    await fourth?.pending({ kind: 'CR_TEXT', text: 'PIN?' }, 60);
    const response = (await later.next()).value;
    assert.ok(
      response?.type === 'CLIENT' &&
        response.kind === 'CR_RESPONSE' &&
        response.response.reveal() === '123456',
    );
    await response.allow();
  });

  it('is answered once: a second answer is refused and not sent', async t => {
    const client = await connected(t, async session => {
      session.send(...asking('CONNECT,0,1'), ...asking('CONNECT,1,1'));
      await session.expect('client-auth-nt 0 1');
      session.send('SUCCESS: x');
      await session.expect('client-deny 1 1 no');
      session.send('ERROR: client-deny command failed');
      await session.expect('pid');
      session.send('SUCCESS: pid=1');
    });
    const [first, second] = await questions(client, 2);
    assert.ok(first && second);
    const method = { kind: 'CR_TEXT', text: 'x' } as const;
    const [allowed, denied] = await Promise.allSettled([first.allow(), first.deny('x')]);
    assert.deepEqual([allowed.status, denied.status], ['fulfilled', 'rejected']);
    await assert.rejects(first.allow(), answered);
    await assert.rejects(first.pending(method, 1), answered);
    // Also when the daemon refused the answer.
    await assert.rejects(second.deny('no'), CommandError);
    await assert.rejects(second.allow(), answered);
    assert.equal(await client.pid(), 1);
  });

  it('may still be answered when an answer could not be sent', async t => {
    const client = await connected(t, async session => {
      session.send(...asking('CONNECT,0,1'));
      await session.expect('client-deny 0 1 no');
      session.send('SUCCESS: x');
    });
    const [event] = await questions(client, 1);
    assert.ok(event);
    await assert.rejects(event.allow(['fine', 'END']), EncodeError);
    await assert.rejects(event.deny('a\nb'), EncodeError);
    await assert.rejects(event.pending({ kind: 'WEB_AUTH', url: 'x'.repeat(300) }, 1), EncodeError);
    await event.deny('no');
  });

  it('is answered once by all consumers together, but once for each of its keys', async t => {
    const client = await connected(t, async session => {
      session.send(...asking('CONNECT,0,1'), ...asking('REAUTH,0,3'));
      await session.expect('client-auth-nt 0 1');
      session.send('SUCCESS: x');
      await session.expect('client-auth-nt 0 3');
      session.send('SUCCESS: x');
    });
    const [one, other] = await Promise.all([questions(client, 2), questions(client, 2)]);
    await one[0]?.allow();
    await assert.rejects(other[0]?.allow() ?? Promise.resolve(), answered);
    await other[1]?.allow();
    await assert.rejects(one[1]?.deny('x') ?? Promise.resolve(), answered);
  });

  it('can no longer be answered when it is gone, nor can the one who gets its number', async t => {
    const client = await connected(t, async session => {
      session.send(...asking('CONNECT,0,1', 'common_name=first'), ...asking('DISCONNECT,0'));
      // A server that restarts (SIGUSR1) begins again with CID 0, on the same connection.
      session.send(...asking('CONNECT,0,1', 'common_name=second'));
      await session.expect('client-auth-nt 0 1');
      session.send('SUCCESS: x');
    });
    const [first, second] = await questions(client, 2);
    assert.ok(first && second);
    assert.equal(second.env.get('common_name'), 'second');
    await assert.rejects(first.allow(), EncodeError);
    await assert.rejects(first.pending({ kind: 'CR_TEXT', text: 'x' }, 1), EncodeError);
    await second.allow();
  });

  it('can be answered although another with the same ids was before, whose end nobody told', async t => {
    const client = await connected(t, async session => {
      session.send(...asking('CONNECT,0,1', 'common_name=first'));
      await session.expect('client-auth-nt 0 1');
      session.send('SUCCESS: x', ...asking('CONNECT,0,1', 'common_name=second'));
      await session.expect('client-deny 0 1 no');
      session.send('SUCCESS: x');
    });
    const events = client.events();
    for (const answer of ['allow', 'deny'] as const) {
      const event = (await events.next()).value;
      assert.ok(event?.type === 'CLIENT' && event.kind === 'CONNECT');
      await (answer === 'allow' ? event.allow() : event.deny('no'));
    }
  });

  it('can be answered in the latest of its authentications only, so that old ones need no memory', async t => {
    const client = await connected(t, async session => {
      for (let kid = 1; kid <= 9; kid++) session.send(...asking(`REAUTH,0,${kid}`));
      for (const kid of [2, 9]) {
        await session.expect(`client-auth-nt 0 ${kid}`);
        session.send('SUCCESS: x');
      }
    });
    const events = await questions(client, 9);
    await assert.rejects(events[0]?.allow() ?? Promise.resolve(), EncodeError);
    await events[1]?.allow();
    await events[8]?.allow();
  });

  it('of an earlier connection cannot be answered on the next', async t => {
    const script = async (session: Session, connection: number) => {
      session.greet();
      session.send(...asking('CONNECT,0,1', `common_name=client${connection}`));
      if (connection === 0) {
        await session.expect('pid');
        session.close();
        return;
      }
      await session.answer(line => {
        assert.notEqual(line, 'client-auth-nt 0 1');
        return line === 'status 3'
          ? 'ERROR: held'
          : line === 'state'
            ? ['1,CONNECTING,,,,,,', 'END']
            : 'SUCCESS: pid=1';
      });
    };
    const daemon = await daemonFor(t, script);
    const client = await clientOf(t, daemon, { reconnect: { minDelayMs: 1, maxDelayMs: 1 } });
    const [snapshot, events] = [client.once('snapshot'), questions(client, 2)];
    await assert.rejects(client.pid(), because('closed'));
    await snapshot;
    const [stale] = await events;
    assert.ok(stale);
    await assert.rejects(stale.allow(), because('closed'));
    await client.pid();
  });

  it('prints as what was sent, without its answers and without the password', async t => {
    const client = await connected(t, session =>
      session.send(...asking('CONNECT,0,1', 'username=scott', 'password=tiger')),
    );
    const [event] = await questions(client, 1);
    assert.ok(event);
    assert.deepEqual(Object.keys(event), ['type', 'kind', 'cid', 'kid', 'env', 'password']);
    assert.equal(event.password?.reveal(), 'tiger');
    assert.doesNotMatch(inspect(event, { depth: 9, showHidden: true }) + JSON.stringify(event), /tiger/);
    const { cid, kid } = { ...event };
    assert.deepEqual([cid, kid], [0, 1]);
  });
});
