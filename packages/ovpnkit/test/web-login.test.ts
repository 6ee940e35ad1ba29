import { equal } from 'node:assert/strict';
import { it } from 'node:test';
import { openWebPage } from '../src/openvpn3/web-login.ts';

it('hands nothing but web pages to a browser, whatever the server says', async t => {
  const { DISPLAY, PATH } = process.env;
  t.after(() => Object.assign(process.env, { DISPLAY: DISPLAY ?? '', PATH }));
  Object.assign(process.env, { DISPLAY: ':7', PATH: '/nowhere' });
  for (const url of [
    'file:///etc/passwd',
    'javascript:alert(1)',
    '--help',
    'https://',
    '',
    ' https://sso.example.test/',
    'https://sso.example.test/', // there is no browser
  ]) {
    equal(await openWebPage(url), false, url);
  }
});
