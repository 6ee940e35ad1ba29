import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { type ManagementClient, Secret } from '../src/index.ts';
import { toBase64 } from '../src/protocol/challenge.ts';
import { type Command, command, commandWithBody, rawCommand } from '../src/protocol/command.ts';
import { connected } from './connected.ts';

const secret = 'tiger!';
const traces = new RegExp([secret, toBase64(secret)].join('|'));

/** Everything that could be logged of a value. */
const printed = (value: unknown): string =>
  [
    inspect(value, { depth: 20, showHidden: true }),
    JSON.stringify(value),
    String(value),
    (value as Error)?.stack,
  ].join('\n');

const showsNothing = (value: unknown): void => assert.doesNotMatch(printed(value), traces);

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => assert.fail('it was sent'),
    (error: unknown) => error,
  );

/** The commands that carry something secret. */
const calls: readonly ((client: ManagementClient) => Promise<unknown>)[] = [
  client => client.password('Auth', secret),
  client => client.password('Auth', new Secret(secret)),
  client =>
    client.credentials('Auth', {
      password: secret,
      answer: secret,
      challenge: { text: '', echo: false, concat: true },
    }),
  client => client.needstr('pin', secret),
  client => client.crResponse(secret),
  client => client.crResponse(new Secret(secret)),
  client => client.raw(`password "Auth" "${secret}"`),
  client => client.raw(`needstr pin "${secret}"`),
  client => client.raw(`secret-of-a-newer-release "${secret}"`, ['status']),
];

describe('a secret', () => {
  it('prints as [secret] everywhere, and only reveal() tells it', () => {
    const value = new Secret(secret);
    assert.equal(`${value}`, '[secret]');
    assert.equal(JSON.stringify({ value }), '{"value":"[secret]"}');
    assert.equal(inspect(value), '[secret]');
    assert.equal(inspect({ value }), '{ value: [secret] }');
    assert.deepEqual(Object.getOwnPropertyNames(value), []);
    showsNothing(value);
    showsNothing({ deep: [value] });
    assert.equal(value.reveal(), secret);
  });

  it('is not shown by the command that carries it', () => {
    const commands: Command[] = [
      command('password', ['type', 'Auth'], ['password', new Secret(secret)]),
      commandWithBody('password', [['type', 'Auth']], ['password', [secret, new Secret(secret)]]),
      rawCommand(`password Auth ${secret}`),
      rawCommand(`"password" Auth "${secret}"`),
      rawCommand(`needstr pin ${secret}`),
      rawCommand(`cr-response ${secret}`),
      rawCommand(`something-new ${secret}`, ['status']),
    ];
    for (const value of commands) showsNothing(value);
  });

  it('is in no error of a command that the daemon refused', async t => {
    const client = await connected(t, session => session.answer(() => 'ERROR: not needed now'));
    for (const call of calls) showsNothing(await failureOf(call(client)));
  });

  it('is in no error of a command that got no answer, or was sent when nothing can be', async t => {
    for (const call of calls) {
      const client = await connected(t, session => session.silence(), {
        commandTimeoutMs: 20,
        maxQueuedCommands: 1,
      });
      const results = await Promise.allSettled([call(client), call(client), call(client)]);
      for (const result of results)
        showsNothing(result.status === 'rejected' ? result.reason : assert.fail());
      showsNothing(await client.closed);
      showsNothing(await failureOf(call(client)));
    }
  });

  it('is in no error of a command that could not be sent as it is', async t => {
    const client = await connected(t);
    const refused = [
      client.password('Auth', `${secret}\n`),
      client.password('Auth', secret.repeat(50)),
      client.needstr('pin', `${secret}\t`),
      client.needstr('pin', `${secret}\ud800`),
      client.crResponse(`${secret}\ud800`),
      client.crResponse(secret.repeat(50)),
      client.raw(`password Auth ${secret}\n`),
      client.raw(`password Auth "${secret}`),
      client.raw(`${secret} unknown`.slice(1)),
    ];
    const traceOrTail = /tiger|iger!/;
    for (const call of refused.slice(0, -1)) assert.doesNotMatch(printed(await failureOf(call)), traceOrTail);
    await assert.rejects(refused.at(-1) ?? Promise.resolve(), /iger!/); // the verb itself is no secret
  });

  it('is not in what a client prints', async t => {
    const client = await connected(t, undefined, { password: secret });
    showsNothing(client);
  });
});
