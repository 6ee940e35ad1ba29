import { deepEqual, equal, match, ok, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { HIGHEST_LOG_LEVEL } from '../src/contract/log.ts';
import { LogService } from '../src/contract/log-service.ts';
import { formatLines } from '../src/services/log/format-lines.ts';
import { parseLogEvent } from '../src/services/log/log-event.ts';
import {
  defaultLogSettings,
  formatLogSettings,
  type LogSettings,
  parseLogSettings,
} from '../src/services/log/log-settings.ts';
import { logTag } from '../src/services/log/log-tag.ts';
import { parseLogInvocation } from '../src/services/log/options.ts';
import { passesLevel } from '../src/services/log/passes-level.ts';
import { membersOf, parseIntrospection } from './introspection.ts';

const recording = (name: string) => readFileSync(new URL(`recordings/${name}`, import.meta.url), 'utf8');
const netcfg = {
  tag: '16404642191301737866',
  sender: ':1.9',
  interface: 'net.openvpn.v3.netcfg',
  path: '/net/openvpn/v3/netcfg/1_tun',
  pid: 12816,
};
const everything: LogSettings = { ...defaultLogSettings, logLevel: HIGHEST_LOG_LEVEL };
const now = new Date(2026, 10, 21, 20, 0, 33);

test('the log service has exactly what the deployed one has, names of arguments included', () => {
  deepEqual(
    membersOf(LogService),
    parseIntrospection(recording('introspection/log.xml'), 'net.openvpn.v3.log'),
  );
});

test('lines are those of the deployed log service, byte for byte', () => {
  const settings = { ...everything, timestamp: true };
  const lines = recording('cli/probe-config-persistence.txt').split('\n');
  const cases: [group: number, category: number, message: string][] = [
    [8, 7, "Error creating virtual interface 'probe0'"],
    [8, 6, 'Failed adding DNS server: No DNS resolver configured'],
  ];
  for (const [group, category, message] of cases) {
    const recorded = lines.find(line => line.startsWith('2026-') && line.endsWith(message)) ?? '';
    const [line = ''] = formatLines({ group, category, message, source: netcfg }, settings, now);
    equal(line.slice(19), recorded.slice(19));
    match(recorded, /^2026-11-21 20:00:3\d /);
    match(line, /^2026-11-21 20:00:33 /);
  }
});

test('a line of details has all that the bus knows of the sender', () => {
  const line = { group: 8, category: 4, message: 'up', source: { ...netcfg, pid: undefined } };
  deepEqual(formatLines(line, { ...everything, dbusDetails: true, prefixLogtag: false }, now), [
    'sender=:1.9, object_path=/net/openvpn/v3/netcfg/1_tun, interface=net.openvpn.v3.netcfg, sender_pid=unknown',
    'Network Configuration INFO: up',
  ]);
});

test('numbers that are not known are written as numbers, at every level', () => {
  const line = { group: 77, category: 99, message: 'new', source: undefined };
  deepEqual(formatLines(line, { ...everything, logLevel: 0 }, now), ['(group 77) (category 99): new']);
  deepEqual(formatLines({ ...line, group: 0, category: 0 }, everything, now), [': new']);
});

test('no message can be taken for another one, nor reach the terminal', () => {
  const any = fc.string({
    unit: fc.constantFrom('a', '\n', '\r', '\x1b', '\x9b', '\x07', '<', '{', 'é', '\u2028'),
  });
  fc.assert(
    fc.property(any, fc.boolean(), (message, journald) => {
      const line = { group: 7, category: 4, message, source: netcfg };
      const [first = '', ...more] = formatLines(line, { ...everything, journald }, now);
      const start = journald ? '<6>' : '';
      ok(first.startsWith(`${start}{tag:16404642191301737866} Client INFO: `));
      for (const text of more) ok(text.startsWith(`${start}    `));
      equal(more.length, message.split('\n').length - 1);
      for (const text of [first, ...more]) ok(!/[\x00-\x1f\x7f-\x9f]/.test(text));
    }),
  );
});

test('a tag is always the same for a sender and an interface, and another one for others', () => {
  equal(logTag(':1.9', 'a.b'), logTag(':1.9', 'a.b'));
  match(logTag(':1.9', 'a.b'), /^\d{1,20}$/);
  equal(new Set([logTag(':1.9', 'a.b'), logTag(':1.9', 'a.c'), logTag(':1.8', 'a.b')]).size, 3);
});

test('events are read in the forms of services and of backends, and nothing else is', () => {
  const read = (member: string, signature: string, ...body: unknown[]) =>
    parseLogEvent({ member, signature, body });
  const log = { type: 'log', group: 7, category: 4, message: 'text' };
  deepEqual(read('Log', 'uus', 7, 4, 'text'), log);
  deepEqual(read('Log', 'uuss', 7, 4, 'token', 'text'), log);
  deepEqual(read('StatusChange', 'uus', 2, 7, ''), { type: 'status', major: 2, minor: 7, message: '' });
  equal(read('Log', 's', 'text'), undefined);
  equal(read('AttentionRequired', 'uus', 1, 1, 'text'), undefined);
});

test('a category that is known passes the levels that it belongs to', () => {
  equal(passesLevel(1, 6), true);
  equal(passesLevel(1, 5), false);
  equal(passesLevel(8, 0), true);
});

test('the settings of the deployed program are read, with their comments', () => {
  const [, flat = ''] =
    /^log-service\.json: (.*)$/m.exec(recording('cli/probe-log-starter-netcfg.txt')) ?? [];
  // The recorder has put it on one line.
  const file = flat.replace(/\t(?=\/\/)/g, '\n\t').replace(/ \t(?=")/g, '\n\t');
  match(file, /^\s*\/\/ {2}Option --log-level/m);
  deepEqual(parseLogSettings(file), { ...defaultLogSettings, logLevel: 6 });
});

test('settings that are written are read again, and what is not known is kept', () => {
  const settings = fc.record({
    logLevel: fc.nat(HIGHEST_LOG_LEVEL),
    timestamp: fc.boolean(),
    dbusDetails: fc.boolean(),
    prefixLogtag: fc.boolean(),
    journald: fc.boolean(),
    logFile: fc.constantFrom('stdout:', '/var/log/openvpn3.log', '// no comment'),
    colour: fc.boolean(),
    idleExit: fc.nat(100),
    others: fc.dictionary(fc.constantFrom('syslog', 'syslog_facility', 'x'), fc.constantFrom(true, 'a', 1)),
  });
  fc.assert(
    fc.property(settings, each => {
      deepEqual(parseLogSettings(formatLogSettings(each)), { ...each, others: { ...each.others } });
    }),
  );
});

test('a flag that is off is left out, because the deployed program takes it for one that is on', () => {
  deepEqual(JSON.parse(formatLogSettings(defaultLogSettings)), { log_level: '3' });
});

test('settings that cannot be meant are refused with their name', () => {
  const cases: [string, RegExp][] = [
    ['[]', /no JSON object/],
    ['{ "log_level": 7 }', /"log_level" is 7, where a number from 0 to 6 belongs/],
    ['{ "log_level": "" }', /"log_level" is ""/],
    ['{ "timestamp": "yes" }', /"timestamp" is "yes", where true or false belongs/],
    ['{ "log_file": "" }', /"log_file" is ""/],
  ];
  for (const [text, expected] of cases) throws(() => parseLogSettings(text), expected);
});

test('what the command line does not say is left to the file', () => {
  const given = (...args: string[]) => {
    const invocation = parseLogInvocation(args);
    return invocation.type === 'run' ? invocation.given : invocation;
  };
  deepEqual(given(), {});
  deepEqual(given('--log-level', '5', '--journald'), { logLevel: 5, journald: true });
  deepEqual(given('--log-file', '/x', '--no-logtag-prefix', '--timestamp'), {
    logFile: '/x',
    journald: false,
    prefixLogtag: false,
    timestamp: true,
  });
  deepEqual(given('--log-level', '7'), { type: 'refused', text: '--log-level 7 is not between 0 and 6' });
});
