import { equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatConfiguration } from '../src/tunnel/profile/daemon-configuration.ts';
import { directives } from '../src/tunnel/profile/directives.ts';
import { parseProfile } from '../src/tunnel/profile/parse-profile.ts';

test('nothing but what the tables allow gets to the daemon, whatever a profile is made of', () => {
  const words =
    'up /bin/x plugin ca connection auth-user-pass remote setenv opt UV_A echo [inline] < > </ --';
  const piece = fc.constantFrom(
    ...words.split(' '),
    ...['\n', '\n', '\r\n', ' ', '\t', '"', "'", '\\', '#', 'x'.repeat(255)],
    ...['<ca>\n', '</ca>\n', '<connection>\nremote a\n', '</connection>\n', 'remote b 1\n', 'client\n'],
  );
  let taken = 0;
  const text = fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join(''));
  fc.assert(
    fc.property(text, profile => {
      const configuration = formatted(`remote a\n${profile}`);
      if (configuration === undefined) return;
      taken++;
      for (const { name, parameters, body } of parseProfile(configuration).directives) {
        if (name === 'setenv') match(parameters[0] ?? '', /^(UV_\w+|IV_SSO)$/);
        else ok(ours.includes(name) || directives.get(name)?.action === 'allow', name);
        if (name === 'connection')
          ok(parseProfile(body ?? '').directives.every(each => each.name === 'remote'));
      }
    }),
    { numRuns: 2000 },
  );
  ok(taken > 20);
});

/** What our own text for the daemon has beside the profile's. */
const ours: readonly string[] = [
  ...'client dev auth-user-pass auth-retry verb script-security dns-updown disable-dco management'.split(' '),
  ...['client', 'hold', 'query-passwords', 'up-down'].map(name => `management-${name}`),
];

/** Undefined when it is refused. */
function formatted(text: string): string | undefined {
  try {
    const options = { managementSocket: '/x', dco: false, pkcs11Providers: [] };
    return formatConfiguration(parseProfile(text), options);
  } catch (error) {
    equal((error as Error).name, 'ProfileError');
    return undefined;
  }
}
