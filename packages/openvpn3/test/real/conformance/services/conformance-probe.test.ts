// The log service, the backend starter and the network configuration service against a program that was recorded calling
// those of OpenVPN 3 Linux.
import { deepEqual, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { Variant } from '@ovpnkit/dbus';
import { skip } from '../../test-bed.ts';
import { type Difference, noSettingsOfNetcfg, differences as ofTraces, partsOf } from './differences.ts';
import { parseProbeTrace } from './parse-probe-trace.ts';
import { replay } from './replay.ts';
import { openStage } from './stage.ts';

const name = 'probe-log-starter-netcfg';
const folder = new URL('../../../recordings/cli/', import.meta.url);
const read = (recording: string): string => readFileSync(new URL(`${recording}.txt`, folder), 'utf8');

const requestFailed =
  'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2egdbuspp_2erequest.Code36 ' +
  '["GDBus.Error:net.openvpn.gdbuspp.request:';
const logRefused =
  "org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2ev3_2elog_2eerror.Code36 ['GDBus.Error:net.openvpn.v3.log.error:";

const netcfgRefused =
  'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2ev3_2enetcfg_2eerror.Code36 ' +
  '["GDBus.Error:net.openvpn.v3.netcfg.error:';

/** `when` counts lines of a half of the recording here. */
const differences: readonly Difference[] = [
  {
    why: 'a log level above 6 is refused, where the deployed service ends',
    rules: [
      [
        /^(.*Set .*'log_level', ([79])\] -> ERROR ).*NoReply .*$/,
        "$1org.freedesktop.DBus.Error.Failed ['Incorrect log level: $2 is higher than 6']",
      ],
    ],
  },
  {
    why: 'the recording has these two the other way round than they were made',
    when: [70, 71],
    rules: [[/('log_prefix_logtag': )True/, '$1False']],
  },
  {
    why: 'the recording has these two the other way round than they were made',
    when: [71, 72],
    rules: [[/('log_prefix_logtag': )False/, '$1True']],
  },
  {
    why: 'it was a second connection of that user which attached, too',
    when: [82, 83],
    rules: [
      [/^(.*\.Attach \['net\.openvpn\.v3\.test'\] -> )OK \[\]$/, `$1ERROR ${logRefused} Already attached']`],
    ],
  },
  {
    why: 'what is no name of an interface cannot be attached',
    rules: [
      [
        /^(.*\.Attach \[''\] -> )OK \[\]$/,
        `$1ERROR ${requestFailed} Failed to subscribe to 'Log': '' is no interface name"]`,
      ],
      [/^(.*\.Detach \[''\] -> )OK \[\]$/, `$1ERROR ${logRefused} Not attached']`],
      [/^(.*\.Attach \['x\\ny'\] -> .*Failed to subscribe to 'Log')/, "$1: 'x\\ny' is no interface name"],
    ],
  },
  {
    why: 'who is not attached is refused, where the deployed service ends',
    rules: [[/^(.*\.AssignSession .* -> ERROR ).*NoReply .*$/, `$1${logRefused} Not attached']`]],
  },
  {
    why: 'the deployed service has just been started again, and has taken its saved settings for true',
    rules: [
      [/('log_dbus_details': )True(.*'num_attached': )0(, 'timestamp': )True/, '$1False$23$3False'],
      [/('num_attached'\] -> OK \[)0\]/, '$13]'],
      [/^(.*\.GetSubscriberList \[\] -> OK )\[\[\]\]$/, "$1[[['TAG', ':1.N', 'INTERFACE', ''] …"],
    ],
  },
  {
    why: 'one of the services had ended when it was recorded, because nobody had called it for a while',
    rules: [[/('num_attached'(?:: |\] -> OK \[))3/, '$14']],
  },
  noSettingsOfNetcfg,
  {
    why: 'nobody listened to the network configuration service when it was recorded',
    unsteady: /^~\/netcfg DBus\.Properties\.PropertiesChanged /,
  },
  {
    why: 'the deployed network configuration service has just been started again: its object is not there yet',
    when: [135, 136],
    rules: [
      [
        /^(.*\.CreateVirtualInterface \['probe0'\] -> ERROR ).*UnknownMethod .*$/,
        `$1${netcfgRefused} Error creating virtual interface 'probe0'"]`,
      ],
    ],
  },
  {
    why: 'the deployed network configuration service has just been started again: its object is not there yet',
    rules: [
      [/^(~\/netcfg \S+\.Set .* -> )ERROR .*UnknownMethod .*$/, '$1OK []'],
      [/^(.*\.CreateVirtualInterface .* -> )ERROR .*UnknownMethod .*$/, "$1OK ['~/netcfg/N']"],
    ],
  },
  {
    why: 'the deployed network configuration service has just been started again, and knows nobody',
    when: [136, Number.POSITIVE_INFINITY],
    rules: [
      [/^(.*\.FetchInterfaceList \[\] -> OK )\[\[\]\]$/, "$1[['~/netcfg/N', '~/netcfg/N']]"],
      [/^(.*\.NotificationSubscriberList \[\] -> OK )\[\[\]\]$/, "$1[[[':1.N', 2047]]]"],
    ],
  },
];

it('the log service, the starter and network configuration answer as recorded, whoever calls', {
  skip,
}, async t => {
  const stage = await openStage(t);
  const [before = '', after = ''] = read(name).split(/^.* RequestName\(.*$/m);
  const set = ['net.openvpn.v3.log', 'log_level', new Variant('u', 6)];
  await stage.call('root', '/net/openvpn/v3/log', 'DBus.Properties.Set', 'ssv', ...set);
  await stage.forget();

  const first = await replay(stage, parseProbeTrace(name, before), differences);
  const openvpn = await stage.busOf('openvpn');
  const { body } = await openvpn.call({
    ...{
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
    },
    ...{ member: 'GetConnectionUnixProcessID', signature: 's', body: [openvpn.uniqueName] },
  });
  await openvpn.requestName(`net.openvpn.v3.backends.be${body[0]}`);
  await stage.forget();
  const second = await replay(stage, parseProbeTrace(name, after), differences);

  deepEqual([...first.findings, ...second.findings], []);
  const used = new Set([...first.used, ...second.used]);
  deepEqual(
    [...partsOf(differences)].filter(([part]) => !used.has(part)),
    [],
    'what is allowed happens',
  );
});

const followed: Difference = {
  why: 'who follows the log of a session follows the next backend from its beginning',
  rules: [
    [
      /^(\S+ ~\.backends\.)StatusChange \[2, 2, .*$/,
      '$&',
      "$1Log [7, 2, 'Assigned session path: ~/sessions/s1']",
      '$&',
    ],
  ],
};

it('a session whose backend is killed has another one as recorded, and whoever follows its log sees it', {
  skip,
}, async t => {
  const stage = await openStage(t);
  const restarted = 'probe-automatic-restart';
  const [before = '', after = ''] = read(restarted).split(/^killed .*$/m);
  const first = await replay(stage, parseProbeTrace(restarted, before), ofTraces);
  const properties = ['net.openvpn.v3.sessions', 'backend_pid'];
  const session = stage.names.last('session');
  const [pid] = await stage.call('games', session, 'DBus.Properties.Get', 'ss', ...properties);
  await stage.forget();
  process.kill((pid as Variant).value as number, 'SIGKILL');
  const second = await replay(stage, parseProbeTrace(restarted, after), [...ofTraces, followed]);
  deepEqual([...first.findings, ...second.findings], []);
  deepEqual(
    [...partsOf([followed]).keys()].filter(part => !second.used.has(part)),
    [],
    'what is allowed happens',
  );
  ok(second.same > 10, `only ${second.same} lines were compared`);
});
