import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { ClientNotification } from '../../src/protocol/client-event.ts';
import type { Notification } from '../../src/protocol/notification.ts';
import { createNotificationAssembler } from '../../src/protocol/notification-assembler.ts';
import { linesOf, transcript } from '../recordings.ts';

function assemble(lines: readonly string[], maxBlockLength = 2 ** 20): Notification[] {
  const assembler = createNotificationAssembler({ maxBlockLength });
  return lines.flatMap(line => assembler.push(line) ?? []);
}

const env = (...variables: string[]): string[] => [...variables, 'END'].map(text => `>CLIENT:ENV,${text}`);

/** The first event of a kind in a transcript. */
function recorded<K extends ClientNotification['kind']>(
  name: string,
  kind: K,
): ClientNotification & { kind: K } {
  const events = assemble(linesOf(transcript(name)).filter(line => line.startsWith('>')));
  for (const event of events)
    if (event.type === 'CLIENT' && event.kind === kind) return event as ClientNotification & { kind: K };
  assert.fail(`${name} has no ${kind}`);
}

describe('a client event that was recorded', () => {
  it('CONNECT has its ids, its environment in order, and the password apart', () => {
    const event = recorded('server-04-client-life-client-auth', 'CONNECT');
    assert.deepEqual([event.cid, event.kid], [0, 1]);
    assert.equal(event.env.get('username'), 'alice');
    assert.equal(event.env.get('common_name'), 'client1');
    assert.equal(event.env.get('IV_CIPHERS'), 'AES-256-GCM:AES-128-GCM');
    assert.deepEqual([...event.env.keys()].slice(0, 2), ['n_clients', 'untrusted_port']);
    assert.equal(event.env.has('password'), false);
    assert.ok((event.password?.reveal().length ?? 0) > 0);
  });

  it('ESTABLISHED and DISCONNECT have a cid and an environment', () => {
    const name = 'server-04-client-life-client-auth';
    assert.equal(recorded(name, 'ESTABLISHED').env.get('ifconfig_pool_remote_ip'), '10.77.0.50');
    const event = recorded(name, 'DISCONNECT');
    assert.match(event.env.get('bytes_received') ?? '', /^\d+$/);
    assert.match(event.env.get('time_duration') ?? '', /^\d+$/);
  });

  it('DISCONNECT of a client that was never established has an empty environment', () => {
    const lines = linesOf(transcript('server-20-for-client-scenarios')).filter(line =>
      line.startsWith('>CLIENT:'),
    );
    const empty = assemble(lines).filter(
      event => event.type === 'CLIENT' && event.kind === 'DISCONNECT' && event.env.size === 0,
    );
    assert.ok(empty.length > 0);
  });

  it('CR_RESPONSE has the answer as text, and it is a secret', () => {
    const event = recorded('server-07-pending-auth-crtext', 'CR_RESPONSE');
    assert.deepEqual([event.cid, event.kid, event.response.reveal()], [0, 1, '123456']);
    assert.doesNotMatch(inspect(event) + JSON.stringify(event), /123456|MTIzNDU2/);
  });

  it('UPDOWN has a direction and an environment', () => {
    const lines = linesOf(transcript('client-27-updown-a')).filter(line => line.startsWith('>'));
    const [event] = assemble(lines).filter(({ type }) => type === 'UPDOWN');
    assert.ok(event?.type === 'UPDOWN' && event.direction === 'UP' && event.env.has('dev'));
  });
});

describe('an environment', () => {
  it('has values with equals signs, commas and angle brackets, empty ones, and END', () => {
    const [event] = assemble([
      '>CLIENT:ESTABLISHED,3',
      ...env('a=b=c', 'b=1,2,3', 'c=>LOG:1,,x', 'd=', 'e=END', 'f', '=g', 'END=h', 'i=x y"z\''),
    ]);
    assert.deepEqual(event, {
      type: 'CLIENT',
      kind: 'ESTABLISHED',
      cid: 3,
      env: new Map([
        ['a', 'b=c'],
        ['b', '1,2,3'],
        ['c', '>LOG:1,,x'],
        ['d', ''],
        ['e', 'END'],
        ['f', ''],
        ['', 'g'],
        ['END', 'h'],
        ['i', 'x y"z\''],
      ]),
    });
  });

  it('keeps the last value of a name that comes twice, and bytes that are no UTF-8', () => {
    const [event] = assemble(['>CLIENT:DISCONNECT,0', ...env('x=1', 'x=M\udcfcl')]);
    assert.ok(event?.type === 'CLIENT' && event.kind === 'DISCONNECT');
    assert.equal(event.env.get('x'), 'M\udcfcl');
  });

  it('never holds the password, not even one that is empty or comes with an event that should have none', () => {
    for (const header of ['CONNECT,0,1', 'REAUTH,0,1', 'ESTABLISHED,0', 'DISCONNECT,0']) {
      const [event] = assemble([`>CLIENT:${header}`, ...env('password=tiger', 'username=scott')]);
      assert.ok(event?.type === 'CLIENT' && 'env' in event);
      assert.deepEqual([...event.env], [['username', 'scott']]);
      assert.doesNotMatch(inspect(event, { depth: 9, showHidden: true }) + JSON.stringify(event), /tiger/);
      if (event.kind === 'CONNECT') assert.equal(event.password?.reveal(), 'tiger');
    }
    const [event] = assemble(['>CLIENT:CONNECT,0,1', ...env('password=')]);
    assert.ok(event?.type === 'CLIENT' && event.kind === 'CONNECT' && event.password?.reveal() === '');
    const [certificate] = assemble(['>CLIENT:CONNECT,0,1', ...env()]);
    assert.ok(certificate?.type === 'CLIENT' && certificate.kind === 'CONNECT');
    assert.equal(certificate.password, undefined);
  });
});
