import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mayRun, type Role, roles, seesSecrets } from '../../src/hub/roles.ts';

/** Every command of the interface, with a parameter where that makes a difference, and the least that may send it. */
const table: Readonly<Record<string, readonly Role[]>> = {
  'help|version|version 3|pid|status|status 3|load-stats|nclients|net|exit|quit|hub-status': roles,
  'state|state on|state all|state on all|log on|log 20|echo on all|bytecount 5|bytecount 0|env-filter|env-filter 2':
    roles,
  'remote-entry-count|remote-entry-get all': roles,
  'verb|mute|hold|auth-retry': roles,
  'kill client1|client-kill 0|client-kill 0 HALT': ['operator', 'auth', 'admin'],
  'client-auth 0 1|client-auth-nt 0 1|client-deny 0 1 x|client-pending-auth 0 1 x 5|client-pf 0': [
    'auth',
    'admin',
  ],
  'username Auth x|password Auth x|needok x ok|needstr x y|cr-response x': ['auth', 'admin'],
  'pk-sig|rsa-sig|certificate': ['auth', 'admin'],
  'verb 4|mute 20|hold on|hold off|hold release|auth-retry interact': ['admin'],
  'signal SIGTERM|signal SIGUSR1|forget-passwords|proxy NONE|remote ACCEPT': ['admin'],
  'pkcs11-id-count|pkcs11-id-get 0|push-update-broad x|push-update-cid 0 x|network-change|test 5': ['admin'],
  'something newer than this|PID|"" x': ['admin'],
};

const wordsOf = (line: string): string[] => line.split(' ').map(word => (word === '""' ? '' : word));

describe('what a program may send', () => {
  for (const [lines, allowed] of Object.entries(table)) {
    it(`${lines.replaceAll('|', ', ')}: ${allowed.length === roles.length ? 'everybody' : allowed.join(', ')}`, () => {
      for (const line of lines.split('|')) {
        const may = roles.filter(role => mayRun(role, wordsOf(line)));
        assert.deepEqual(may, allowed, line);
      }
    });
  }

  it('is never less for a role than for the one before it', () => {
    for (const line of Object.keys(table).flatMap(lines => lines.split('|'))) {
      const may = roles.map(role => mayRun(role, wordsOf(line)));
      assert.deepEqual(may, [...may].sort(), line);
    }
  });

  it('is secret for all but one', () => {
    assert.deepEqual(roles.filter(seesSecrets), ['auth']);
  });
});
