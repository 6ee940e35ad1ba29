// Every call that was recorded with the deployed configuration manager, made again: by the same users, in the same order,
// with the same answers. Where ours is better the test says how.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type Bus, Variant } from '@ovpnkit/dbus';
import { CONFIGURATION, CONFIGURATION_PATH } from '@ovpnkit/openvpn3';
import { ask, unwrap } from '../answer.ts';
import { literalOf } from '../conformance/backend/dbus-literal.ts';
import { type Literal, parsePythonList, parsePythonLiteral } from '../conformance/backend/python-literal.ts';
import { skip } from '../test-bed.ts';
import { NEWS, openStage, PROFILE } from './configuration-stage.ts';

const recording = readFileSync(
  new URL('../../recordings/cli/probe-config-methods.txt', import.meta.url),
  'utf8',
);

type Call = {
  readonly user: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly args: readonly Literal[];
  /** As it was recorded. */
  readonly answer: { readonly ok: string } | { readonly error: string; readonly message: string };
};

/** Those that found what else there was, or whose profile was cut when it was recorded, are in other tests. */
const sections = [
  'Import wrong types',
  'properties',
  'sets',
  'acl',
  'tags',
  'overrides',
  'TransferOwnership',
  'seal',
  'single use: fetch by non-backend keeps it',
  'remove',
  'Introspect + Ping',
];
const elsewhere = ['LookupConfigName', 'FetchAvailableConfigs'];

function recordedCalls(): Call[] {
  return recording
    .split(/^## /m)
    .filter(section => sections.includes(section.split('\n', 1)[0] ?? ''))
    .flatMap(section => [
      ...section.matchAll(
        /^\[(\w+)\] configuration (\S+) ([\w.~]+)\.(\w+)\((\[[^\n]*\])\)\n {6}-> (OK|ERROR) (.*?) {3}\([\d.]+ ms\)$/gms,
      ),
    ])
    .map(([, user = '', path = '', iface = '', member = '', args = '', verdict = '', answer = '']): Call => {
      const [error = '', ...message] = answer.split(' | ');
      return {
        user,
        path: path.replace('~', '/net/openvpn/v3'),
        interface: iface.replace('~', 'net.openvpn.v3').replace(/^DBus/, 'org.freedesktop.DBus'),
        member,
        args: parsePythonList(withoutTypes(args)),
        answer: verdict === 'OK' ? { ok: answer } : { error, message: message.join(' | ') },
      };
    });
}

/** `dbus.UInt32(5)` as a dict of its type and its value. */
const withoutTypes = (args: string): string =>
  args
    .replace(/dbus\.UInt32\((\d+)\)/g, "{'u': $1}")
    .replace(/dbus\.Int32\((\d+)\)/g, "{'i': $1}")
    .replace(/dbus\.Array\((\[.*?\]), signature=dbus\.Signature\('s'\)\)/g, "{'as': $1}");

function variantOf(value: Literal): Variant {
  if (typeof value === 'string') return new Variant('s', value);
  if (typeof value === 'boolean') return new Variant('b', value);
  const [[type, inner] = ['', null]] = Object.entries(value);
  return new Variant(type, inner as never);
}

/** Values of overrides that the deployed one takes, and that mean nothing: others in their place. */
const meaningful: Readonly<Record<string, string>> = {
  'server-override ': '1.2.3.5',
  'port-override 99999': '443',
  'proto-override sctp': 'tcp',
  'ipv6 maybe': 'no',
  'log-level 9': '5',
  'dns-scope bogus': 'tunnel',
  'allow-compression x': 'asym',
  'tls-version-min x': 'tls_1_2',
};

function bodyOf({ member, args }: Call): { readonly signature: string; readonly body: readonly unknown[] } {
  const [first = '', second = '', third = ''] = args;
  switch (member) {
    case 'Set':
      return { signature: 'ssv', body: [first, second, variantOf(third)] };
    case 'SetOverride':
      return { signature: 'sv', body: [first, variantOf(meaningful[`${first} ${second}`] ?? second)] };
    case 'TransferOwnership':
      return { signature: 'ou', body: args };
    default:
      return {
        signature: args.map(each => ({ string: 's', boolean: 'b' })[typeof each as string] ?? 'u').join(''),
        body: args,
      };
  }
}

/** Our session manager asks who may start a session with a configuration, which the deployed one forgets. */
const forServices: readonly string[] = ['acl', 'public_access'];

describe('the configuration manager, called as the deployed one was', { skip }, () => {
  it('gives the same answers', async t => {
    const stage = await openStage(t);
    const { bus, games } = stage;
    const users: Readonly<Record<string, Bus>> = {
      games,
      news: (await bus.connectAs(NEWS)).bus,
      root: await bus.connect(),
      openvpn: (await bus.connectAs()).bus,
    };
    const paths = new Map([
      [`${CONFIGURATION_PATH}/34c31778xa130x4326xb4b0x491795ec621f`, await stage.importAs('p-a')],
      [
        `${CONFIGURATION_PATH}/e109acabx7f4cx42f8x8372x58959bdd326a`,
        await stage.importAs('p-b', { persistent: true }),
      ],
      [
        `${CONFIGURATION_PATH}/e1be0cabxcb3fx49f4xb5b8xbc3ec2e9616a`,
        await stage.importAs('p-c', { singleUse: true }),
      ],
    ]);
    const ours = (value: Literal): Literal =>
      typeof value === 'string' ? (paths.get(value) ?? value) : value;
    let compared = 0;
    for (const call of recordedCalls()) {
      const { user, path, member, args, answer } = call;
      // A tag is kept here whatever its letters are.
      if (elsewhere.includes(member) || args.includes('é')) continue;
      const from = users[user];
      ok(from, user);
      const got = await ask(from, {
        destination: CONFIGURATION,
        path: String(ours(path)),
        interface: call.interface,
        member,
        ...bodyOf({ ...call, args: args.map(ours) }),
      });
      const what = `${user}: ${path} ${member}(${JSON.stringify(args)})`;
      compared++;
      if (
        user === 'openvpn' &&
        member === 'Get' &&
        forServices.includes(String(args[1])) &&
        'error' in answer
      ) {
        ok('ok' in got, what);
        continue;
      }
      if ('error' in answer) {
        ok('error' in got, `${what} was allowed`);
        equal(got.error, answer.error, what);
        // The bus says who asked, and which program.
        if (!answer.message.startsWith('Rejected send message'))
          equal(got.message, answer.message.replace(path, String(ours(path))), what);
        continue;
      }
      const [value] = unwrap(got);
      if (member === 'Import') paths.set(answer.ok, String(value));
      if (member === 'Fetch') equal(value, PROFILE);
      if (member === 'Get') {
        const name = String(args[1]);
        // Text stands there as it is.
        const recorded = name === 'name' ? answer.ok : parsePythonLiteral(answer.ok);
        equalProperty(name, literalOf(value), recorded);
      }
      if (member === 'GetAll') {
        const recorded = parsePythonLiteral(answer.ok) as Record<string, Literal>;
        const all = literalOf(value) as Record<string, Literal>;
        const more = user === 'openvpn' && 'name' in recorded ? forServices : [];
        deepEqual(Object.keys(all), [...Object.keys(recorded), ...more].sort());
        for (const [name, each] of Object.entries(recorded)) equalProperty(name, all[name] ?? '', each);
      }
    }
    equal(compared, 220);
  });
});

/** Times are others; and overrides that were refused keep their old value here. */
function equalProperty(name: string, value: Literal, recorded: Literal): void {
  if (name !== 'import_timestamp' && name !== 'overrides') deepEqual(value, recorded, name);
}
