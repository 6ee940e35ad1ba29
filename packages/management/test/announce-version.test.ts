import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { EncodeError, type ManagementClient } from '../src/index.ts';
import { connected } from './connected.ts';

/** A client of a daemon of this release, which answers `version n` from 2.7.1 on for n of 4 and more. */
async function clientOfRelease(
  t: TestContext,
  release: string,
  management: number,
): Promise<[ManagementClient, string[]]> {
  const lines: string[] = [];
  let body = false;
  const answersVersion = /^2\.(?:7\.[1-9]|[89])/.test(release);
  const client = await connected(
    t,
    session =>
      session.answer(line => {
        lines.push(line);
        if (body) {
          body = line !== 'END';
          return body ? undefined : "SUCCESS: 'Auth' password entered, but not yet verified";
        }
        const [verb, argument] = line.split(' ');
        body = line === 'password Auth';
        if (body) return undefined;
        if (verb === 'version' && argument === undefined)
          return [`OpenVPN Version: OpenVPN ${release} x86_64`, `Management Version: ${management}`, 'END'];
        if (verb === 'version')
          return answersVersion && Number(argument) >= 4
            ? 'SUCCESS: Management client version set'
            : undefined;
        return verb === 'pid' ? 'SUCCESS: pid=1' : 'SUCCESS: x';
      }),
    { management },
  );
  return [client, lines];
}

describe('announcing a version', () => {
  it('leaves the connection in step, whether the daemon answers or not', async t => {
    for (const [release, management] of [
      ['2.5.9', 3],
      ['2.6.14', 5],
      ['2.7_rc2', 5],
      ['2.7.0', 5],
      ['2.7.1', 5],
      ['2.7.2', 6],
      ['2.8_git', 6],
    ] as const) {
      const [client, lines] = await clientOfRelease(t, release, management);
      for (const version of [3, 5]) {
        await client.announceVersion(version);
        assert.equal(await client.pid(), 1, release);
      }
      assert.deepEqual(lines, ['version', 'version 3', 'pid', 'version 5', 'pid']);
    }
  });

  it('is in step also with what was sent in the same turn', async t => {
    const [client] = await clientOfRelease(t, '2.7.1', 5);
    const [, pid] = await Promise.all([client.announceVersion(4), client.pid()]);
    assert.equal(pid, 1);
  });

  it('is refused as a raw command and for what is no version', async t => {
    const [client, lines] = await clientOfRelease(t, '2.6.14', 5);
    await assert.rejects(client.raw('version 3'), EncodeError);
    await assert.rejects(client.announceVersion(0), EncodeError);
    assert.deepEqual(lines, []);
  });

  it('asks for the release once, until the cache is cleared', async t => {
    const [client, lines] = await clientOfRelease(t, '2.6.14', 5);
    assert.equal(await client.release(), 'OpenVPN 2.6.14 x86_64');
    await Promise.all([client.version(), client.version(), client.release()]);
    assert.deepEqual(lines, ['version']);
    client.clearCache();
    await client.version();
    assert.deepEqual(lines, ['version', 'version']);
  });

  it('does not keep a version that could not be asked', async t => {
    let asked = 0;
    const client = await connected(t, session =>
      session.answer(() =>
        ++asked === 1
          ? 'ERROR: not now'
          : ['OpenVPN Version: OpenVPN 2.6.14', 'Management Version: 5', 'END'],
      ),
    );
    await assert.rejects(client.version());
    assert.equal((await client.version()).version, '2.6.14');
  });
});

describe('a password above 255 bytes', () => {
  const long = `${'ü'.repeat(300)}"x`;

  it('goes out in base64 lines when the daemon and we agreed on that', async t => {
    const [client, lines] = await clientOfRelease(t, '2.7.2', 6);
    await client.announceVersion(5);
    await client.password('Auth', long);
    const sent = lines.slice(lines.indexOf('password Auth') + 1, -1);
    assert.ok(sent.every(line => line.length <= 64) && lines.at(-1) === 'END');
    assert.equal(Buffer.from(sent.join(''), 'base64').toString(), long);
    await client.password('Auth', 'short');
    assert.equal(lines.at(-1), 'password Auth short');
    assert.equal(await client.pid(), 1);
  });

  it('is refused otherwise, and the error names the parameter and not its text', async t => {
    for (const [release, management, announced] of [
      ['2.6.14', 5, 5],
      ['2.7.1', 5, 5],
      ['2.7.2', 6, 4],
      ['2.7.2', 6, 0],
    ] as const) {
      const [client, lines] = await clientOfRelease(t, release, management);
      if (announced > 0) await client.announceVersion(announced);
      await assert.rejects(
        client.password('Auth', long),
        (error: unknown) =>
          error instanceof EncodeError && error.parameter === 'password' && !/ü/.test(error.message),
      );
      assert.ok(!lines.some(line => line.startsWith('password')));
    }
  });
});

describe('credentials', () => {
  it('answer a question as a whole, with its challenge if there is one', async t => {
    const [client, lines] = await clientOfRelease(t, '2.6.14', 5);
    await client.credentials('Auth', { username: 'alice', password: 'secret' });
    await client.credentials('Private Key', { password: 'secret' });
    const fixed = { text: 'PIN', echo: true, concat: false };
    await client.credentials('Auth', {
      username: 'alice',
      password: 'secret',
      answer: '1234',
      challenge: fixed,
    });
    await client.credentials('Auth', {
      username: 'alice',
      password: 's',
      answer: '1',
      challenge: { ...fixed, concat: true },
    });
    const dynamic = { text: 'PIN', echo: true, response: true, stateId: 'abc', username: 'bob' };
    await client.credentials('Auth', {
      username: 'alice',
      password: 'ignored',
      answer: '99',
      challenge: dynamic,
    });
    assert.deepEqual(lines, [
      'username Auth alice',
      'password Auth secret',
      'password "Private Key" secret',
      'username Auth alice',
      'password Auth SCRV1:c2VjcmV0:MTIzNA==',
      'username Auth alice',
      'password Auth s1',
      'username Auth bob',
      'password Auth CRV1::abc::99',
    ]);
  });
});
