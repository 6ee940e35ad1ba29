// What GLib answers to calls that make no sense, as the deployed services were recorded answering them to a user.
import { deepEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Variant } from '@ovpnkit/dbus';
import { type Answer, ask } from '../../answer.ts';
import { skip } from '../../test-bed.ts';
import { openStage } from './stage.ts';

const recording = new URL('../../../recordings/cli/misc-errors.txt', import.meta.url);

/** As `busctl` prints them: of a refusal by the policy of the bus only that it is one. */
function printed(answer: Answer): string {
  if ('error' in answer)
    return `Call failed: ${answer.message.startsWith('Rejected send message') ? 'Access denied' : answer.message}`;
  const [value] = answer.ok;
  return value instanceof Variant ? `v ${value.signature} ${JSON.stringify(value.value)}` : String(value);
}

const expected = (line: string, path: string): string =>
  line
    // GLib shows an empty object in its place; who asks for one that is gone is better told so.
    .replace(/^s "<!DOCTYPE.*<node>\\n<\/node>\\n"$/, `Call failed: Object does not exist at path “${path}”`)
    // It had a bus name, and no object yet.
    .replace('Object does not exist at path “/net/openvpn/v3/backends”', 'No such interface “nosuch”');

describe('calls that make no sense', { skip }, () => {
  it('are refused in the words of the deployed services', async t => {
    const stage = await openStage(t);
    const bus = await stage.busOf('games');
    const lines = readFileSync(recording, 'utf8').trim().split('\n');
    for (const line of lines) {
      const [, what = '', recorded = ''] = /^(.*?) -> (.*)$/.exec(line) ?? [];
      const [service = '', member = '', signature = '', ...args] = what.split(' ');
      const isUnknown = what === 'GetAll unknown object';
      const name = `net.openvpn.v3.${isUnknown ? 'sessions' : service}`;
      const path = `/${name.replaceAll('.', '/')}`;
      const properties = { destination: name, path, interface: 'org.freedesktop.DBus.Properties' };
      const answer = isUnknown
        ? await ask(bus, {
            ...properties,
            path: `${path}/nosuch`,
            member: 'GetAll',
            signature: 's',
            body: [name],
          })
        : member === 'Introspect'
          ? await ask(bus, {
              ...properties,
              path: `${path}/nosuch`,
              interface: 'org.freedesktop.DBus.Introspectable',
              member,
            })
          : await ask(bus, { ...properties, member, signature, body: bodyOf(signature, args) });
      deepEqual([line, printed(answer)], [line, expected(recorded, `${path}/nosuch`)]);
    }
    deepEqual(lines.length, 21);
  });
});

/** `ssv nosuch version s x`: the type of a variant stands before its value. */
const bodyOf = (signature: string, args: readonly string[]): unknown[] =>
  signature === 'ssv' ? [args[0], args[1], new Variant('s', args[3] ?? '')] : [...args];
