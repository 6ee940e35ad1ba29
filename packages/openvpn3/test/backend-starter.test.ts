import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { BackendStarter } from '../src/contract/backend-starter.ts';
import { parseInvocation } from '../src/services/backend-client/options.ts';
import { readToken } from '../src/services/backend-client/read-token.ts';
import { parseStarterInvocation } from '../src/services/starter/options.ts';
import { membersOf, parseIntrospection } from './introspection.ts';

test('the starter has exactly what the deployed one has, names of arguments included', () => {
  const xml = readFileSync(new URL('recordings/introspection/backendstart.xml', import.meta.url), 'utf8');
  deepEqual(membersOf(BackendStarter), parseIntrospection(xml, 'net.openvpn.v3.backends'));
});

test('what stands behind -- is for the client', () => {
  const invocation = parseStarterInvocation(['--client-binary', '/x', '--', '--log-level', '6']);
  ok(invocation.type === 'run');
  deepEqual(invocation.program, {
    start: ['/x', '--log-level', '6'],
    warm: ['/x', '--log-level', '6', '--warm'],
  });
  const named = parseStarterInvocation(['--openvpn', '/o', '--client-binary', '/x', '--', '--colour']);
  deepEqual('program' in named && named.program.start, ['/x', '--openvpn', '/o', '--colour']);
  deepEqual(parseStarterInvocation(['--openvpn', 'o']), {
    type: 'refused',
    text: '--openvpn o is no absolute path; name the program in full',
  });
  deepEqual(parseStarterInvocation(['--client-binary', 'x']), {
    type: 'refused',
    text: '--client-binary x is no absolute path; name the program in full',
  });
});

test('a client that is started ahead has no token yet', () => {
  const invocation = parseInvocation(['--api', 'v27', '--warm']);
  ok(invocation.type === 'warm');
  equal(invocation.options.api, 'v27');
  for (const args of [['--warm', 'token'], [], ['']]) equal(parseInvocation(args).type, 'refused');
});

test('its token is the first line that it gets, however it comes', async () => {
  const read = (...chunks: string[]) => readToken(Readable.from(chunks.map(each => Buffer.from(each))));
  equal(await read('token\n'), 'token');
  equal(await read('to', 'ken', '\nmore'), 'token');
  equal(await read('token'), undefined);
  equal(await read('\n'), undefined);
  equal(await read(), undefined);
  equal(await read('x'.repeat(2000)), undefined);
});
