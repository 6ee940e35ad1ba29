import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Variant } from '@ovpnkit/dbus';
import { eventually, processFacts } from '@ovpnkit/lab/testing';
import { BACKEND_SESSION_PATH, BACKENDS, LOG, SESSIONS } from '@ovpnkit/openvpn3';
import { unwrap } from '../answer.ts';
import { startService } from '../service-process.ts';
import { skip } from '../test-bed.ts';
import {
  attachBackend,
  call,
  get,
  heard,
  isRefused,
  lines,
  listen,
  NOBODY,
  openLog,
  PROPERTIES,
  properties,
  SESSION,
  set,
} from './log-stage.ts';

describe('what the log service writes', { skip, concurrency: 2 }, () => {
  it('writes what attached services log, by its level, and nothing of anybody else', async t => {
    const { bus, start, root } = await openLog(t);
    const service = await start();
    const backend = await attachBackend(bus);
    const { bus: stranger } = await bus.connectAs(NOBODY);
    const forged = { path: BACKEND_SESSION_PATH, interface: BACKENDS, member: 'Log', signature: 'uuss' };
    stranger.signal({ ...forged, body: [7, 8, 'x', 'forged'], to: service.uniqueName });
    backend.log(service.uniqueName, 'DEBUG', 'too little');
    backend.log(service.uniqueName, 'INFO', 'Connected: \x1b[31m\n2026-01-01 Client INFO: not another');
    await heard(service, 'Connected');
    const [[tag]] = unwrap(await call(root, 'GetSubscriberList'))[0] as [[string]];
    match(tag, /^\d{1,20}$/);
    deepEqual(lines(service), [
      'Logger INFO: OpenVPN 3 Log Service started',
      `{tag:${tag}} Client INFO: Connected: \\x1b[31m`,
      '    2026-01-01 Client INFO: not another',
      '',
    ]);
  });

  it('tells who said a line, and when, when it is set to', async t => {
    const { bus, start, root } = await openLog(t);
    const service = await start();
    const backend = await attachBackend(bus);
    unwrap(await set(root, 'log_dbus_details', new Variant('b', true)));
    unwrap(await set(root, 'timestamp', new Variant('b', true)));
    unwrap(await set(root, 'log_prefix_logtag', new Variant('b', false)));
    unwrap(await set(root, 'log_level', new Variant('u', 6)));
    backend.log(service.uniqueName, 'DEBUG', 'a detail');
    await heard(service, 'a detail');
    const [details, line] = lines(service).slice(-3);
    const time = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}/;
    match(details ?? '', time);
    equal(
      details?.replace(time, ''),
      `sender=${backend.own.uniqueName}, object_path=${BACKEND_SESSION_PATH}, interface=${BACKENDS}, ` +
        `sender_pid=${backend.pid}`,
    );
    equal(line?.replace(time, ''), 'Client DEBUG: a detail');
  });

  it('writes for the journal with the priority of each line, or to a file', async t => {
    const { bus, start, folder } = await openLog(t, { args: ['--journald', '--log-level', '6'] });
    const service = await start();
    const backend = await attachBackend(bus);
    backend.log(service.uniqueName, 'ERROR', 'first\nsecond');
    await heard(service, 'second');
    match(service.output(), /^<3>\{tag:\d+\} Client -- ERROR --: first\n<3> {4}second$/m);
    service.kill('SIGTERM');
    equal(await service.exited, 0);

    const log = join(folder, 'openvpn3.log');
    const other = await startService(t, { bus, service: 'log', args: ['--log-file', log] });
    equal(await get(backend.own, 'log_method'), 'logfile');
    unwrap(await call(backend.own, 'Attach', 's', BACKENDS));
    backend.log(other.uniqueName, 'INFO', 'in a file');
    await eventually('it is in the file', async () => /INFO: in a file$/m.test(await readFile(log, 'utf8')));
    equal(other.output(), '');
  });

  it('keeps what it is set to, and reads what the deployed program wrote', async t => {
    const deployed = `{
	//  Option --service-log-dbus-details :: Add D-Bus details in log file/syslog
	"log_dbus_details" : true,
	//  Option --log-level :: Log level
	"log_level" : "5",
	//  Option --timestamp :: Add timestamp log file
	"timestamp" : false,
	"of_another_version" : [1, 2]
}
`;
    const { bus, start, root, path, folder } = await openLog(t, { file: deployed });
    const service = await start();
    const all = unwrap(await properties(root, 'GetAll', 's'))[0] as Map<string, Variant>;
    deepEqual(Object.fromEntries([...all].map(([name, { value }]) => [name, value])), {
      config_file: path,
      log_dbus_details: true,
      log_level: 5,
      log_method: 'stdout:',
      log_prefix_logtag: true,
      num_attached: 0,
      timestamp: false,
      version: 'v27',
    });
    const changes = await listen((await bus.connectAs(NOBODY)).bus, PROPERTIES);
    unwrap(await set(root, 'timestamp', new Variant('b', true)));
    unwrap(await set(root, 'log_dbus_details', new Variant('b', false)));
    await eventually('everybody is told', () => changes.length === 2);
    deepEqual(
      changes.map(({ member, body }) => [member, body]),
      [
        ['PropertiesChanged', [LOG, new Map([['timestamp', new Variant('b', true)]]), []]],
        ['PropertiesChanged', [LOG, new Map([['log_dbus_details', new Variant('b', false)]]), []]],
      ],
    );
    deepEqual(JSON.parse(await readFile(path, 'utf8')), {
      of_another_version: [1, 2],
      log_level: '5',
      timestamp: true,
    });
    deepEqual(await readdir(folder), ['log-service.json']);
    service.kill('SIGTERM');
    equal(await service.exited, 0);
    await start();
    equal(await get(root, 'timestamp'), true);
    equal(await get(root, 'log_level'), 5);
  });

  it('begins without a file that cannot be used, says so, and leaves it alone', async t => {
    const file = '{ "log_level": "9" }';
    const { start, root, path } = await openLog(t, { file });
    const service = await start();
    const problem = `${path} is not used: "log_level" is "9", where a number from 0 to 6 belongs; correct or remove it`;
    await heard(service, `Logger !! CRITICAL !!: ${problem}`);
    equal(await get(root, 'log_level'), 3);
    isRefused(
      await set(root, 'timestamp', new Variant('b', true)),
      'org.freedesktop.DBus.Error.Failed',
      `The settings of the log could not be kept: ${problem}`,
    );
    equal(await get(root, 'timestamp'), false);
    equal(await readFile(path, 'utf8'), file);
  });

  it('answers, and does not grow, while a service floods it and nobody takes its output', async t => {
    const { bus, start, root } = await openLog(t, { args: ['--log-level', '6'] });
    const service = await start({ read: false });
    const { bus: sessions } = await bus.connectAs();
    await sessions.requestName(SESSIONS);
    // It takes nothing that is forwarded to it.
    const target = await bus.connectAs(NOBODY);
    const backend = await attachBackend(bus, SESSION);
    unwrap(await call(sessions, 'ProxyLogEvents', 'so', target.bus.uniqueName, SESSION));
    await target.freeze();
    const text = 'x'.repeat(1000);
    const flood = async (count: number) => {
      for (let sent = 0; sent < count; sent++) {
        while (!backend.log(service.uniqueName, 'DEBUG', text)) await backend.own.drained();
        if (sent % 500 === 0) await backend.own.drained();
      }
      // It has taken all of it when it answers one who stood behind it.
      equal(await get(backend.own, 'num_attached'), 1);
    };
    await flood(5000);
    const before = processFacts(service.pid).rssBytes;
    const flooding = flood(40_000);
    for (let count = 0; count < 20; count++) equal(await get(root, 'log_level'), 6);
    await flooding;
    const grown = processFacts(service.pid).rssBytes - before;
    ok(grown < 60 * 1024 * 1024, `it has grown by ${Math.round(grown / 1024)} KiB`);
  });
});
