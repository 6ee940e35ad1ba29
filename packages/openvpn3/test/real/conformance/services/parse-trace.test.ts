import { deepEqual, equal } from 'node:assert/strict';
import { it } from 'node:test';
import { maskedLine, says } from './masked-line.ts';
import { parseTraces } from './parse-trace.ts';

const text = `$ openvpn3 session-manage --config g1 --pause   [as news]
[rc=0 0.11s]
--- bus (ms; ~ = net.openvpn.v3) ---
       4 bus   :1.165 StartServiceByName ['~.sessions', 0]
       6 CALL  :1.165 -> ~.sessions ~/sessions ~.sessions.LookupConfigName ['g1']
       7 CALL  ~.sessions -> ~.backends.be7 ~/backends/session ~.backends.Ping []
      12   ret ~.sessions -> :1.165 [LookupConfigName] [['~/sessions/a']]
      91 CALL  :1.165 -> ~.sessions ~/sessions/a ~.sessions.Pause ['x']
      92 SIG   ~.sessions -> BROADCAST ~/sessions ~.sessions.SessionManagerEvent ['~/sessions/a', 2, 5]
      96   ERR ~.sessions -> :1.165 [Pause] org.freedesktop.DBus.Error.Failed ['no']
`;

it('a trace has what the program that was typed called, got and heard, and nothing between the services', () => {
  const [trace] = parseTraces('cli-pause', text);
  deepEqual([trace?.name, trace?.user, trace?.serial], ['cli-pause', 'news', 165]);
  const sessions = { destination: '~.sessions', path: '~/sessions' };
  deepEqual(trace?.steps, [
    { kind: 'call', id: 0, at: 6, ...sessions, member: '~.sessions.LookupConfigName', args: "['g1']" },
    { kind: 'reply', call: 0, outcome: "OK [['~/sessions/a']]" },
    {
      kind: 'call',
      id: 1,
      at: 91,
      ...sessions,
      path: '~/sessions/a',
      member: '~.sessions.Pause',
      args: "['x']",
    },
    {
      ...{ kind: 'signal', at: 92, ...sessions },
      ...{ member: '~.sessions.SessionManagerEvent', args: "['~/sessions/a', 2, 5]" },
    },
    { kind: 'reply', call: 1, outcome: "ERROR org.freedesktop.DBus.Error.Failed ['no']" },
  ]);
});

it('a line that was cut off is compared up to its last whole entry', () => {
  const recorded = "OK [{'name': 'g1', 'tags': ['alpha', 'gamma'], 'used_cou…";
  equal(says("OK [{'name': 'g1', 'tags': ['alpha', 'gamma'], 'used_count': 7}]", recorded), true);
  equal(says("OK [{'name': 'g1', 'tags': ['alpha'], 'used_count': 7}]", recorded), false);
  equal(says("OK [{'name': 'g1'", "OK [{'name': 'g1', 'tags': []}]"), false);
});

it('lists of paths are compared without their order, and times by whether they are there', () => {
  const of = (paths: string) =>
    maskedLine(`~/configuration ~.configuration.FetchAvailableConfigs [] -> OK [[${paths}]]`);
  equal(of("'~/configuration/c1', '~/configuration/c2'"), of("'~/configuration/c2', '~/configuration/c1'"));
  equal(maskedLine("{'last_used_timestamp': 12}"), maskedLine("{'last_used_timestamp': 13}"));
  equal(maskedLine("{'last_used_timestamp': 12}") === maskedLine("{'last_used_timestamp': 0}"), false);
});
