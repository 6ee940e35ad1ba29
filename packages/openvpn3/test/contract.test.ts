import { deepEqual, equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BackendClientDocumented, BackendClientV27 } from '../src/contract/backend-client.ts';
import { dialectOf } from '../src/contract/dialect.ts';
import { errorText, glibError } from '../src/contract/errors.ts';
import { passesLogLevel } from '../src/contract/log.ts';
import { membersOf, parseIntrospection } from './introspection.ts';

const recorded = (name: string) =>
  parseIntrospection(
    readFileSync(new URL(`recordings/introspection/${name}.xml`, import.meta.url), 'utf8'),
    'net.openvpn.v3.backends',
  );

test('v27 has exactly what the deployed backend process has, names of arguments included', () => {
  deepEqual(membersOf(BackendClientV27), recorded('backend-client'));
});

test('documented has what the documentation lists, to the letter, and beyond it only what deployed programs add', () => {
  const ours = membersOf(BackendClientDocumented);
  // The listing of the documentation, and the methods without arguments that it describes below.
  const listed: Record<string, string> = {
    'method RegistrationConfirmation': 'in s token, in o config_path, out s config_name',
    'method Ping': 'out b alive',
    'method Ready': '',
    'method Connect': '',
    'method Pause': 'in s reason',
    'method Resume': '',
    'method Disconnect': '',
    'method ForceShutdown': '',
    'method UserInputQueueGetTypeGroup': 'out a(uu) type_group_list',
    'method UserInputQueueFetch':
      'in u type, in u group, in u id, out u type, out u group, out u id, out s name, out s description, out b hidden_input',
    'method UserInputQueueCheck': 'in u type, in u group, out au indexes',
    'method UserInputProvide': 'in u type, in u group, in u id, in s value',
    'signal StatusChange': 'u code_major, u code_minor, s message',
    'signal Log': 'u group, u level, s session_token, s message',
    'signal AttentionRequired': 'u type, u group, s message',
    'signal RegistrationRequest': 's busname, s token',
    'property log_level': 'u readwrite',
    'property session_name': 's read',
    'property statistics': 'a{sx} read',
    'property status': '(uus) read',
    'property dco': 'b readwrite',
    'property device_path': 'o read',
    'property device_name': 's read',
  };
  for (const [member, arguments_] of Object.entries(listed)) equal(ours[member], arguments_, member);
  deepEqual(
    Object.keys(ours)
      .filter(member => !(member in listed))
      .sort(),
    ['method Restart', 'property connection', 'property last_log_line', 'property session_path'],
  );
});

test('the dialect follows from what the session manager says of itself', () => {
  const cases: [string | undefined, string][] = [
    ['v27', 'v27'],
    ['v20', 'v27'],
    ['v19_beta', 'documented'],
    ['git:master:abcdef', 'v27'],
    [undefined, 'documented'],
    ['0.1.0', 'documented'],
  ];
  for (const [version, dialect] of cases) equal(dialectOf(version), dialect, version);
});

test('an error has the name and the prefix that GDBus++ gives it', () => {
  const error = glibError('registration', 'Invalid registration token');
  equal(
    error.errorName,
    'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2ev3_2eerror_2ebe_2dregistration.Code36',
  );
  equal(error.message, 'GDBus.Error:net.openvpn.v3.error.be-registration: Invalid registration token');
  equal(errorText(error.message), 'Invalid registration token');
  equal(errorText('something else: here'), 'something else: here');
});

test('a log level lets through what is at least as grave, and always what is critical', () => {
  const least = ['CRIT', 'ERROR', 'WARN', 'INFO', 'VERB1', 'VERB2', 'DEBUG'] as const;
  for (const [level, category] of least.entries()) {
    equal(passesLogLevel(category, level), true);
    equal(passesLogLevel('FATAL', level), true);
    const below = least[level + 1];
    if (below) equal(passesLogLevel(below, level), false);
  }
});
