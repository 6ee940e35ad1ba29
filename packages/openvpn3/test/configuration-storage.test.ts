import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Secret } from '@ovpnkit/management';
import fc from 'fast-check';
import { CONFIGURATION_PATH } from '../src/contract/names.ts';
import type { Configuration } from '../src/services/configuration/configuration.ts';
import { formatProfileJson, parseProfileJson } from '../src/services/configuration/profile-json.ts';
import { formatProfile } from '../src/services/configuration/profile-text.ts';
import { keepDirectives, readProfile } from '../src/services/configuration/read-profile.ts';
import { formatStored, parseStored } from '../src/services/configuration/stored-configuration.ts';
import { formatStyledJson } from '../src/services/configuration/styled-json.ts';
import { booleanOverrides, textOverrides } from '../src/tunnel/profile/override-values.ts';
import { type Directive, parseProfile } from '../src/tunnel/profile/parse-profile.ts';

const recording = readFileSync(
  new URL('recordings/cli/probe-config-persistence.txt', import.meta.url),
  'utf8',
);
/** The file of a configuration after its import, and after changes of all kinds. */
const [imported = '', changed = ''] = [...recording.matchAll(/^\{\n.*?^\}\n/gms)].map(([text]) => text);
/** What Fetch gave when the deployed program had read it again. */
const fetched =
  '<ca>\nx\n</ca>\n\nclient\n<connection>\nremote h3 3\n</connection>\n\ndev tun\nkey-direction 1\npush-peer-info\nremote h1 1 udp\nremote h2 2 tcp\nroute 1.2.3.0 255.255.255.0\nsetenv C d\nstatic-challenge "Enter OTP code" 1\n';

/** Without what only we write, which stands in lines of its own. */
const asDeployed = (text: string) =>
  text.replace(/^\t"profile_text" : .*\n/m, '').replace(/^\t"overrides_order" : \n\t\[.*?\n\t\],\n/ms, '');

test('a file of the deployed program is read', () => {
  ok(recording.includes(`-> OK ${fetched}`));
  const { profile, ...rest } = parseStored(imported).configuration;
  equal(profile.reveal(), fetched);
  deepEqual(rest, {
    path: `${CONFIGURATION_PATH}/50c01c9ax90fex4b06xb369x0946edc38f8a`,
    name: 'per',
    owner: 5,
    problem: undefined,
    persistent: true,
    singleUse: false,
    sealed: false,
    lockedDown: false,
    publicAccess: false,
    transferOwnerSession: false,
    dco: false,
    acl: [],
    tags: [],
    overrides: new Map(),
    imported: 1795291236,
    lastUsed: 0,
    usedCount: 0,
  });
  const { configuration } = parseStored(changed);
  deepEqual(
    [configuration.name, configuration.acl, configuration.tags, configuration.overrides],
    [
      'per2',
      [9],
      ['t1'],
      new Map<string, string | boolean>([
        ['log-level', '5'],
        ['persist-tun', true],
      ]),
    ],
  );
  ok(
    configuration.dco &&
      configuration.lockedDown &&
      configuration.publicAccess &&
      configuration.transferOwnerSession,
  );
});

test('a file of ours is one of the deployed program, and some members that it passes over', () => {
  for (const text of [imported, changed])
    equal(asDeployed(formatStored(parseStored(text).configuration)), text);
});

test('older forms of a profile are read', () => {
  const read = (json: unknown) => formatProfile(parseProfileJson(json));
  equal(
    read({ remote: 'h 1', 'static-challenge': '"Enter OTP" 1' }),
    'remote h 1\nstatic-challenge "Enter OTP" 1\n',
  );
  equal(read({ remote: ['h 1', 'h2 2'] }), 'remote h 1\nremote h2 2\n');
  equal(read({ PROFILE: ['abc'], client: null }), 'setenv opt PROFILE abc\nclient\n');
  equal(read(null), '');
  for (const form of [
    { remote: 1 },
    { remote: [1] },
    { remote: [['h'], 'x'] },
    { remote: 'a "b' },
    'text',
    [],
  ])
    throws(() => read(form), /'profile'/);
});

test('what is missing in a file is false, 0 or empty, and its profile is then not valid', () => {
  const { configuration, ignored } = parseStored(
    JSON.stringify({ object_path: `${CONFIGURATION_PATH}/other` }),
  );
  deepEqual([configuration.owner, configuration.acl, configuration.name, ignored], [0, [], '', []]);
  equal(configuration.profile.reveal(), '');
  equal(
    configuration.problem,
    'Configuration profile is missing required options: --ca, --client or --tls-client, --dev, --remote',
  );
});

test('an override that is not known is left out and named, and a boolean in the place of text is kept', () => {
  const { configuration, ignored } = parseStored(
    JSON.stringify({ object_path: `${CONFIGURATION_PATH}/a`, overrides: { nosuch: 'x', ipv6: true } }),
  );
  deepEqual([...configuration.overrides], [['ipv6', true]]);
  deepEqual(ignored, ['nosuch']);
});

test('a file that cannot be understood is refused in a sentence that holds nothing of it', () => {
  const path = `${CONFIGURATION_PATH}/a`;
  const files: [string, RegExp][] = [
    ['', /^it is no JSON$/],
    ['secret{', /^it is no JSON$/],
    ['[]', /^it is no JSON object$/],
    ['{}', /^'object_path' is no path below /],
    [JSON.stringify({ object_path: '/net/openvpn/v3/sessions/a' }), /^'object_path' is no path below /],
    [JSON.stringify({ object_path: path, owner: -1 }), /^'owner' has a value of another type/],
    [JSON.stringify({ object_path: path, owner: '5' }), /^'owner' has a value of another type/],
    [JSON.stringify({ object_path: path, acl: [1, 'x'] }), /^'acl' has a value of another type/],
    [JSON.stringify({ object_path: path, overrides: { ipv6: 3 } }), /^'ipv6' has a value of another type/],
    [JSON.stringify({ object_path: path, name: 'a\0' }), /^'name' has a value of another type/],
    [JSON.stringify({ object_path: path, profile: { remote: 3 } }), /^'profile' has no form/],
    [JSON.stringify({ object_path: path, profile_text: 'secret "' }), /^its profile cannot be read$/],
  ];
  for (const [text, message] of files) throws(() => parseStored(text), { message }, text);
});

const word = fc.oneof(
  fc.stringMatching(/^[a-z0-9./:_-]{1,20}$/),
  fc.string({ unit: fc.constantFrom(...'ab "\'\\#;\té€<>/'), maxLength: 20 }),
);
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/).filter(each => each !== 'setenv');
const line = 0;
const directive: fc.Arbitrary<Directive> = fc.oneof(
  fc.record({ name, parameters: fc.array(word, { maxLength: 6 }), line: fc.constant(line) }),
  fc.record({
    name,
    parameters: fc.array(word, { maxLength: 6 }),
    line: fc.constant(line),
    optional: fc.constant(true as const),
  }),
  fc.record({
    name,
    parameters: fc.constant([]),
    body: fc
      .array(fc.string({ unit: fc.constantFrom(...'AZaz09+/= -"\\é') }), { maxLength: 5 })
      .map(lines => lines.map(each => `${each}\n`).join('')),
    line: fc.constant(line),
  }),
);
const withoutLines = (directives: readonly Directive[]) => directives.map(each => ({ ...each, line }));

test('the text of a profile is read as the same directives', () => {
  fc.assert(
    fc.property(fc.array(directive, { maxLength: 20 }), directives => {
      const { directives: read } = parseProfile(formatProfile(directives));
      deepEqual(withoutLines(read), withoutLines(directives));
    }),
  );
});

test('the JSON of a profile has every directive, each name in its order', () => {
  fc.assert(
    fc.property(fc.array(directive, { maxLength: 20 }), directives => {
      const json = JSON.parse(formatStyledJson(formatProfileJson(directives)));
      const uses = Object.values(json ?? {}).flatMap(each =>
        Array.isArray(each) && Array.isArray(each[0]) ? each : [each],
      );
      equal(uses.length, directives.length);
    }),
  );
});

test('JSON has the value that it was made of, whatever that is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      deepEqual(JSON.parse(formatStyledJson(value as never)), JSON.parse(JSON.stringify(value)));
    }),
  );
});

const text = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .filter(each => each.isWellFormed() && !each.includes('\0'));
const uid = fc.integer({ min: 0, max: 0xffff_ffff });
const override = fc.oneof(
  fc.tuple(fc.constantFrom(...textOverrides.keys()), text),
  fc.tuple(fc.constantFrom(...booleanOverrides), fc.boolean()),
);
const configuration: fc.Arbitrary<Configuration> = fc
  .record({
    path: fc.stringMatching(/^[a-z0-9_]{1,36}$/).map(each => `${CONFIGURATION_PATH}/${each}`),
    name: text,
    owner: uid,
    directives: fc.array(directive, { maxLength: 10 }),
    persistent: fc.constant(true),
    singleUse: fc.boolean(),
    sealed: fc.boolean(),
    lockedDown: fc.boolean(),
    publicAccess: fc.boolean(),
    transferOwnerSession: fc.boolean(),
    dco: fc.boolean(),
    acl: fc.array(uid, { maxLength: 5 }),
    tags: fc.array(text, { maxLength: 5 }),
    overrides: fc.array(override, { maxLength: 8 }).map(each => new Map<string, string | boolean>(each)),
    imported: fc.nat(),
    lastUsed: fc.nat(),
    usedCount: uid,
  })
  .map(({ directives, ...rest }) => ({ ...rest, ...keepDirectives(directives) }));

/** Secrets are alike to `deepEqual`. */
const revealed = ({ profile, overrides, ...rest }: Configuration) => ({
  ...rest,
  profile: profile.reveal(),
  overrides: [...overrides],
});

test('a configuration that was stored is the same when it is read, its repeated options and their order included', () => {
  fc.assert(
    fc.property(configuration, each => {
      deepEqual(revealed(parseStored(formatStored(each)).configuration), revealed(each));
    }),
  );
});

test('a configuration shows no key of its profile', () => {
  const each = readProfile('client\n<key>\nTOPSECRET\n</key>\n');
  ok(each.profile instanceof Secret);
  ok(!JSON.stringify(each).includes('TOPSECRET'));
});
