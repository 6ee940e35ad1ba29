import { deepEqual, doesNotMatch, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { parseProfile } from '../src/tunnel/profile/parse-profile.ts';
import { requirementsOf } from '../src/tunnel/profile/requirements.ts';

const needs = (text: string) => requirementsOf(parseProfile(text));
const block = (name: string, text: string) => `<${name}>\n${text}\n</${name}>\n`;

describe('requirementsOf', () => {
  it('asks nothing of a profile that brings everything', () => {
    deepEqual(needs(`remote a 1195\n${block('cert', 'x')}${block('key', '-----BEGIN PRIVATE KEY-----')}`), {
      userPassword: false,
      credentials: undefined,
      staticChallenge: undefined,
      encryptedKey: false,
      externalKey: false,
      pkcs11: false,
      httpProxy: false,
      httpProxyCredentials: undefined,
      verb: undefined,
      dcoRefused: false,
    });
  });

  it('asks for name and password unless the profile has both', () => {
    equal(needs('auth-user-pass').userPassword, true);
    const both = needs(block('auth-user-pass', 'alice\r\nhunter2\r'));
    equal(both.userPassword, false);
    equal(both.credentials?.username, 'alice');
    equal(both.credentials?.password?.reveal(), 'hunter2');
    doesNotMatch(inspect(both, { depth: 9 }), /hunter2/);
    const half = needs(block('auth-user-pass', 'alice'));
    equal(half.userPassword, true);
    deepEqual(half.credentials, { username: 'alice', password: undefined });
    equal(needs(`auth-user-pass\n${block('auth-user-pass', 'alice\nx')}`).userPassword, false);
  });

  it('knows a static challenge, and how the server wants the response', () => {
    deepEqual(needs('static-challenge "Your code" 1').staticChallenge, {
      text: 'Your code',
      echo: true,
      format: 'scrv1',
    });
    deepEqual(needs('static-challenge x 0 concat').staticChallenge, {
      text: 'x',
      echo: false,
      format: 'concat',
    });
  });

  it('knows an encrypted key in each of its forms', () => {
    equal(needs(block('key', '-----BEGIN ENCRYPTED PRIVATE KEY-----')).encryptedKey, true);
    const older = '-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r';
    equal(needs(block('key', older)).encryptedKey, true);
    // It may open without: the daemon tries that, and asks otherwise.
    equal(needs(block('pkcs12', 'x')).encryptedKey, false);
    equal(needs(block('cert', 'Proc-Type: 4,ENCRYPTED')).encryptedKey, false);
  });

  it('knows who signs', () => {
    equal(needs(block('cert', 'x')).externalKey, true);
    equal(needs(`${block('cert', 'x')}setenv CLIENT_CERT 0`).externalKey, false);
    equal(needs('auth-user-pass').externalKey, false);
    equal(needs(`${block('cert', 'x')}pkcs11-id y`).externalKey, false);
    equal(needs('pkcs11-pin-cache 5').pkcs11, true);
  });

  it('asks for proxy credentials when the proxy may', () => {
    equal(needs('http-proxy h 80').httpProxy, false);
    equal(needs('http-proxy h 80 auto').httpProxy, true);
    equal(needs('<connection>\nremote a\nhttp-proxy h 80 auto-nct\n</connection>').httpProxy, true);
    const own = needs(`http-proxy h 80\n${block('http-proxy-user-pass', 'bob\nx')}`);
    deepEqual([own.httpProxy, own.httpProxyCredentials?.username], [false, 'bob']);
    equal(needs(`http-proxy h 80\n${block('http-proxy-user-pass', 'bob')}`).httpProxy, true);
  });

  it('takes the last verb for the log level, which ends at 6', () => {
    deepEqual(
      ['', 'verb 0', 'verb 3\nverb 4', 'verb 11', 'verb -1'].map(text => needs(text).verb),
      [undefined, 0, 4, 6, 0],
    );
  });
});
