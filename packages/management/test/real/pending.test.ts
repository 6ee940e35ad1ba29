import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  type Attached,
  authServer,
  established,
  eventually,
  heldClient,
  isSince,
  openLab,
  skip,
} from '@ovpnkit/lab/testing';
import { EncodeError } from '@ovpnkit/management';

/** A client that says it can be asked more, and the server it comes to. */
async function openPair(t: TestContext): Promise<{ server: Attached; client: Attached }> {
  const peerInfo = ['setenv IV_SSO webauth,openurl,crtext', 'push-peer-info'];
  const lab = await openLab(t, { server: authServer, client: () => [...heldClient, ...peerInfo] });
  const server = await lab.attach(lab.server);
  return { server, client: await lab.release(0) };
}

const longUrl = (length: number) => `https://vpn.example.com/a?q="x"&p=\\`.padEnd(length, 'z');

describe('a server that asks more of the user', { skip, concurrency: true }, () => {
  it('shows a text and gets the answer, in an event that lets the client in', async t => {
    const { server, client } = await openPair(t);
    const request = await server.seen.kind('CLIENT', 'CONNECT');
    assert.equal(request.env.get('IV_SSO'), 'webauth,openurl,crtext');
    await request.pending({ kind: 'CR_TEXT', text: 'Code: "ünï", please', echo: true }, 30);
    if (isSince('2.6')) {
      const { description } = await client.seen.next('STATE', state => state.name === 'AUTH_PENDING');
      assert.equal(description, 'timeout 30');
    }
    const question = await client.seen.kind('INFOMSG', 'CR_TEXT');
    assert.deepEqual([question.text, question.echo, question.response], ['Code: "ünï", please', true, true]);
    await client.crResponse('1234 ünï=');
    const answer = await server.seen.kind('CLIENT', 'CR_RESPONSE');
    assert.deepEqual([answer.cid, answer.kid], [request.cid, request.kid]);
    assert.equal(answer.response.reveal(), '1234 ünï=');
    assert.equal(answer.env.get('common_name'), 'client1');
    await answer.allow(['ifconfig-push 198.19.0.88 255.255.255.0']);
    assert.equal(String((await established(client)).localVirtualIpv4), '198.19.0.88');
    // It is one question, whichever of its two events is answered.
    await assert.rejects(request.allow(), /answered already/);
  });

  it('turns the client away after a wrong answer', async t => {
    const { server, client } = await openPair(t);
    const request = await server.seen.kind('CLIENT', 'CONNECT');
    await request.pending({ kind: 'CR_TEXT', text: 'Code' }, 30);
    const question = await client.seen.kind('INFOMSG', 'CR_TEXT');
    assert.equal(question.echo, false);
    await client.crResponse('wrong');
    const answer = await server.seen.kind('CLIENT', 'CR_RESPONSE');
    await answer.deny('wrong code', 'that was wrong');
    assert.equal((await client.seen.kind('PASSWORD', 'failed')).reason, 'that was wrong');
  });

  it('sends the user to the longest web page that arrives, with flags and without', async t => {
    const { server, client } = await openPair(t);
    const request = await server.seen.kind('CLIENT', 'CONNECT');
    await request.pending({ kind: 'WEB_AUTH', url: longUrl(236) }, 300);
    const plain = await client.seen.kind('INFOMSG', 'WEB_AUTH');
    assert.deepEqual([plain.url, plain.flags], [longUrl(236), []]);
    const flags = ['external', 'hidden'];
    await request.pending({ kind: 'WEB_AUTH', url: longUrl(221), flags }, 20);
    const flagged = await client.seen.kind('INFOMSG', 'WEB_AUTH');
    assert.deepEqual([flagged.url, flagged.flags], [longUrl(221), flags]);
    await request.pending({ kind: 'OPEN_URL', url: longUrl(237) }, 20);
    assert.equal((await client.seen.kind('INFOMSG', 'OPEN_URL')).url, longUrl(237));
    await request.allow();
    await established(client);
  });

  it('refuses the page that the daemon would take and the client would drop', async t => {
    const { server, client } = await openPair(t);
    const request = await server.seen.kind('CLIENT', 'CONNECT');
    const tooLong = [
      { kind: 'WEB_AUTH', url: 'z'.repeat(237) },
      { kind: 'WEB_AUTH', url: 'z'.repeat(236), flags: ['h'] },
      { kind: 'OPEN_URL', url: 'z'.repeat(238) },
      { kind: 'CR_TEXT', text: 'ü'.repeat(119) },
    ] as const;
    for (const method of tooLong) await assert.rejects(request.pending(method, 20), EncodeError);
    const { cid, kid } = request;
    const ids = isSince('2.6.2') ? `${cid} ${kid}` : cid;
    const [reply] = await server.raw(`client-pending-auth ${ids} WEB_AUTH::${'z'.repeat(237)} 20`);
    assert.equal(reply?.type, 'success');
    await request.pending({ kind: 'CR_TEXT', text: 'ü'.repeat(118) }, 20);
    // A client of 2.5 takes more.
    const next = await (isSince('2.6')
      ? client.seen.next('INFOMSG')
      : client.seen.kind('INFOMSG', 'CR_TEXT'));
    assert.equal(next.kind === 'CR_TEXT' && next.text, 'ü'.repeat(118));
    await eventually('the client logs that it dropped the page', async () =>
      (await client.log('all')).some(({ text }) => /zzzz/.test(text)),
    );
  });

  it('asks on the way back from the web page for the code that the browser shows', async t => {
    const { server, client } = await openPair(t);
    const request = await server.seen.kind('CLIENT', 'CONNECT');
    await request.pending({ kind: 'WEB_AUTH', url: 'https://vpn.example.com/a/1' }, 120);
    await client.seen.kind('INFOMSG', 'WEB_AUTH');
    await request.pending({ kind: 'CR_TEXT', text: 'Code shown in your browser', echo: true }, 120);
    await client.seen.kind('INFOMSG', 'CR_TEXT');
    await client.crResponse('424242');
    const answer = await server.seen.kind('CLIENT', 'CR_RESPONSE');
    assert.equal(answer.response.reveal(), '424242');
    await answer.allow();
    await established(client);
  });

  it('may let the client in while the question is open', async t => {
    const { server, client } = await openPair(t);
    const request = await server.seen.kind('CLIENT', 'CONNECT');
    await request.pending({ kind: 'WEB_AUTH', url: 'https://vpn.example.com/a/2' }, 120);
    await client.seen.kind('INFOMSG', 'WEB_AUTH');
    await request.allow();
    await established(client);
    await assert.rejects(request.pending({ kind: 'CR_TEXT', text: 'Code' }, 30), /answered already/);
  });
});
