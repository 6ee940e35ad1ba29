import { deepEqual, equal, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatProfileJson } from '../src/services/configuration/profile-json.ts';
import { directivesOf, readProfile } from '../src/services/configuration/read-profile.ts';
import { formatStyledJson } from '../src/services/configuration/styled-json.ts';
import { ProfileError } from '../src/tunnel/profile/profile-error.ts';

const recording = readFileSync(new URL('recordings/cli/probe-config-methods.txt', import.meta.url), 'utf8');

/** What the deployed configuration manager said to one imported profile. */
type Recorded = {
  readonly name: string;
  readonly profile: string;
  /** By the last part of what was called: `Import`, `Validate`, `Fetch`, `FetchJSON`. */
  readonly answers: ReadonlyMap<string, string>;
};

/** Those whose profile was recorded as a whole. */
function recordedImports(): Recorded[] {
  const [, section = ''] = /^## Import, odd profiles$(.*?)^## /ms.exec(recording) ?? [];
  return section
    .split(/^(?=\[games\] configuration ~\/configuration ~\.configuration\.Import)/m)
    .flatMap(part => {
      const [, name = '', text] = /^.*\.Import\(\['([\w-]*)', '(.*)', False, False\]\)$/m.exec(part) ?? [];
      if (text === undefined || text.includes('<PEM>')) return [];
      const calls = part.matchAll(
        /^\[games\] .*?\.(\w+)\([^\n]*\)\n {6}-> (?:OK|ERROR) (.*?) {3}\([\d.]+ ms\)$/gms,
      );
      return {
        name,
        profile: unescaped(text),
        answers: new Map([...calls].map(([, call = '', answer = '']) => [call, answer])),
      };
    });
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\' };
const unescaped = (text: string): string =>
  text.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_, code?: string, letter = '') =>
    code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );

const json = (profile: string): string =>
  formatStyledJson(formatProfileJson(directivesOf(readProfile(profile))));

const text = (profile: string): string => readProfile(profile).profile.reveal();

/**
 * What is better here: a letter that is not English is kept, what OpenVPN cannot read is refused and not mended by
 * guessing, and the name of a file does not become its content.
 */
const different = ['bad-utf8', 'bad-quote', 'bad-ctrl', 'bad-unopened', 'bad-fileref'];

/** What OpenVPN 3 could run, and we cannot. */
const notHere = new Map([
  [
    'bad-tls-client',
    "'dev' must be 'dev TUN' because the device is a tun device with a free name; mend its parameters",
  ],
]);

const imports = recordedImports();

test('enough profiles were recorded', () => {
  deepEqual(
    imports.map(({ name }) => name),
    [
      'bad-empty',
      'bad-noise',
      'bad-unclosed-tag',
      'bad-unopened',
      'bad-ctrl',
      'bad-generic',
      'bad-quote',
      'bad-utf8',
      'bad-fileref',
      'bad-server',
      'bad-connection',
      'bad-tls-client',
      'bad-nul',
    ],
  );
});

for (const { name, profile, answers } of imports.filter(each => !different.includes(each.name))) {
  test(`${name} is taken, and given back, as the deployed program does`, () => {
    const refusal =
      /^\S+ \| GDBus\.Error:net\.openvpn\.gdbuspp\.request: Invalid configuration profile: (.*)$/.exec(
        answers.get('Import') ?? '',
      );
    if (refusal) {
      throws(() => readProfile(profile), { name: 'ProfileError', message: refusal[1] });
      return;
    }
    equal(text(profile), answers.get('Fetch'));
    equal(json(profile), answers.get('FetchJSON'));
    const [, problem] =
      /\| GDBus\.Error:net\.openvpn\.gdbuspp: (.*)/.exec(answers.get('Validate') ?? '') ?? [];
    equal(readProfile(profile).problem, notHere.get(name) ?? problem);
  });
}

test('letters that are not English are kept', () => {
  equal(text('client\nremote é.example 1194\n'), 'client\nremote é.example 1194\n');
});

test('what OpenVPN cannot read is refused, and not mended by guessing', () => {
  throws(() => readProfile('client\nremote "a b\n'), ProfileError);
  throws(() => readProfile('client\nremote a\x01b\n'), ProfileError);
  throws(() => readProfile('client\n</ca>\n'), ProfileError);
});

test('the name of a file stays one, and validation says what to do', () => {
  const { profile, problem } = readProfile('client\ndev tun\nremote h 1194\nca ca.pem\n');
  equal(profile.reveal(), 'client\ndev tun\nremote h 1194\nca ca.pem\n');
  equal(problem, "'ca' would read a file, and a profile may not; put the content between <ca> and </ca>");
});

test('a profile that would run a program is not valid', () => {
  const { problem } = readProfile('client\ndev tun\nremote h\nup /bin/sh\n<ca>\nx\n</ca>\n');
  equal(problem, "'up' is refused: it runs a program or loads a library, and a profile may not; remove it");
});

test('lines that are too long and profiles that are too large are refused in the words of OpenVPN 3', () => {
  throws(() => readProfile(`client\n${'a'.repeat(513)}\n`), {
    message: 'ERR_INVALID_OPTION_VAL: option_error: line 2 is too long',
  });
  throws(() => readProfile('remote h\n'.repeat(40_000)), {
    message: 'ERR_INVALID_CONFIG: option_error: profile is too large',
  });
});

test('a line that would be too long once it is quoted again is refused and not cut', () => {
  throws(() => readProfile(`setenv UV_X '${'"'.repeat(400)}'\n`), ProfileError);
});

test('comments of Access Server that are directives come last, and others are dropped', () => {
  const profile =
    '# OVPN_ACCESS_SERVER_PROFILE=abc\n# OVPN_ACCESS_SERVER_WSHOST=x\n# OVPN_ACCESS_SERVER_USERNAME=joe d\n# more\nclient\n';
  equal(text(profile), 'client\nsetenv opt PROFILE abc\nsetenv opt USERNAME "joe d"\n');
  equal(
    json(profile),
    '{\n\t"PROFILE" : \n\t[\n\t\t"abc"\n\t],\n\t"USERNAME" : \n\t[\n\t\t"joe d"\n\t],\n\t"client" : null\n}',
  );
});

test('what comes more than once is complete in the JSON too', () => {
  deepEqual(
    formatProfileJson(directivesOf(readProfile('setenv A b\nsetenv C d\nremote h\nsetenv opt X y\n'))),
    {
      setenv: [
        ['A', 'b'],
        ['C', 'd'],
        ['opt', 'X', 'y'],
      ],
      remote: [['h']],
    },
  );
});
