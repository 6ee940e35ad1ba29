import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { EncodeError, type ManagementClient } from '../src/index.ts';
import { connected } from './connected.ts';

/** A client of a daemon that answers `SUCCESS` to everything, and the lines that the daemon heard. */
async function heard(t: TestContext): Promise<[ManagementClient, string[]]> {
  const lines: string[] = [];
  const client = await connected(t, session =>
    session.answer(line => {
      lines.push(line);
      return 'SUCCESS: x';
    }),
  );
  return [client, lines];
}

describe('a method', () => {
  it('sends its own name and its arguments in the same order', async t => {
    const [client, lines] = await heard(t);
    await client.signal('SIGUSR1');
    await client.hold('release');
    await client.hold('on');
    await client.state('on');
    await client.log('off');
    await client.echo('on');
    await client.bytecount(5);
    await client.verb(4);
    await client.mute(0);
    await client.authRetry('interact');
    await client.envFilter(2);
    await client.forgetPasswords();
    await client.kill('Doe, Jane "JD"');
    await client.clientAuthNt(0, 1);
    await client.clientDeny(0, 1, 'no such user', 'TEMP[backoff 3]:later; #1');
    await client.clientDeny(0, 1, 'x');
    await client.clientKill(7);
    await client.clientKill(7, 'RESTART,[N]move on');
    await client.clientPendingAuth(0, 1, { kind: 'CR_TEXT', text: 'PIN?' }, 30);
    await client.pushUpdateBroad('route 10.0.0.0 255.0.0.0,dns server 1');
    await client.pushUpdateCid(3, '-route');
    await client.username('Auth', 'alice');
    await client.password('Private Key', 'c:\\ "x"');
    await client.needok('token', 'cancel');
    await client.needstr('pkcs11-id-request', 'a b');
    await client.remote('ACCEPT');
    await client.remote('SKIP');
    await client.remote('SKIP', 2);
    await client.remote('MOD', 'vpn.example.com', 1194);
    await client.proxy('NONE');
    await client.proxy('HTTP', '10.0.0.1', 3128, 'nct');
    await client.proxy('SOCKS', '10.0.0.1', 1080);
    await client.crResponse('123456');
    await client.raw('verb "3"');
    assert.deepEqual(lines, [
      'signal SIGUSR1',
      'hold release',
      'hold on',
      'state on',
      'log off',
      'echo on',
      'bytecount 5',
      'verb 4',
      'mute 0',
      'auth-retry interact',
      'env-filter 2',
      'forget-passwords',
      'kill "Doe, Jane \\"JD\\""',
      'client-auth-nt 0 1',
      'client-deny 0 1 "no such user" "TEMP[backoff 3]:later; #1"',
      'client-deny 0 1 x',
      'client-kill 7',
      'client-kill 7 "RESTART,[N]move on"',
      'client-pending-auth 0 1 "CR_TEXT:R:PIN?" 30',
      'push-update-broad "route 10.0.0.0 255.0.0.0,dns server 1"',
      'push-update-cid 3 -route',
      'username Auth alice',
      'password "Private Key" "c:\\\\ \\"x\\""',
      'needok token cancel',
      'needstr pkcs11-id-request "a b"',
      'remote ACCEPT',
      'remote SKIP',
      'remote SKIP 2',
      'remote MOD vpn.example.com 1194',
      'proxy NONE',
      'proxy HTTP 10.0.0.1 3128 nct',
      'proxy SOCKS 10.0.0.1 1080',
      'cr-response MTIzNDU2',
      'verb "3"',
    ]);
  });

  it('sends its body line by line, up to END', async t => {
    const client = await connected(t, async session => {
      await session.expect('client-auth 0 1', 'push "route 10.0.0.0 255.0.0.0"', '', '# x', 'END');
      session.send('SUCCESS: client-auth command succeeded');
    });
    await client.clientAuth(0, 1, ['push "route 10.0.0.0 255.0.0.0"', '', '# x']);
  });

  it('names the key of a pending authentication since 2.6.2 and refuses it before 2.5', async t => {
    const method = { kind: 'OPEN_URL', url: 'https://x' } as const;
    for (const [management, expected] of [
      [3, 'client-pending-auth 0 OPEN_URL:https://x 30'],
      [4, 'client-pending-auth 0 OPEN_URL:https://x 30'],
      [5, 'client-pending-auth 0 1 OPEN_URL:https://x 30'],
    ] as const) {
      const script = { [expected]: 'SUCCESS: x' };
      const client = await connected(t, session => session.answer(script), { management });
      await client.clientPendingAuth(0, 1, method, 30);
    }
    const old = await connected(t, undefined, { management: 1 });
    await assert.rejects(old.clientPendingAuth(0, 1, method, 30), EncodeError);
  });

  it('refuses what the daemon would take for something else, and sends nothing', async t => {
    const [client, lines] = await heard(t);
    const refused: [Promise<unknown>, string][] = [
      [client.clientAuthNt(0, 0), 'kid'],
      [client.clientAuth(0, 0, []), 'kid'],
      [client.clientDeny(-1, 1, 'x'), 'cid'],
      [client.clientKill(1.5), 'cid'],
      [client.bytecount(-1), 'seconds'],
      [client.verb(Number.NaN), 'level'],
      [client.state(0), 'history'],
      [client.kill('a\nb'), 'target'],
      [client.remote('MOD', '', 1194), 'host'],
      [client.remote('MOD', 'h', 0), 'port'],
      [client.proxy('HTTP', 'h', 65_536), 'port'],
      [client.clientPendingAuth(0, 1, { kind: 'CR_TEXT', text: 'x' }, 0), 'timeout'],
      [client.clientAuth(0, 1, ['fine', 'END']), 'directives[1]'],
      [client.password('Auth', 'x'.repeat(256)), 'password'],
      [client.username('Auth', 'x\t'), 'username'],
      [client.raw('client-auth 0 1'), 'line'],
      [client.raw('bogus'), 'line'],
    ];
    for (const [call, parameter] of refused)
      await assert.rejects(
        call,
        (error: unknown) => error instanceof EncodeError && error.parameter === parameter,
      );
    assert.deepEqual(lines, []);
  });
});
