import { Variant } from '@ovpnkit/dbus';
import { eventually } from '@ovpnkit/lab/testing';
import { StatusMinor } from '@ovpnkit/openvpn3';
import type { Trace } from './parse-trace.ts';
import type { ConformanceStage } from './stage.ts';

/** Configurations of which no trace shows how they were made: by the beginning of the recorded id. */
const made: readonly {
  readonly id: string;
  readonly name: string;
  readonly by: 'games' | 'root';
  readonly persistent: boolean;
}[] = [
  { id: 'cb03397c', name: 'g1', by: 'games', persistent: true },
  { id: 'c2a676ca', name: 'g2', by: 'games', persistent: true },
  { id: 'e0dea42e', name: 'noserver', by: 'root', persistent: true },
  { id: 'd4a99e06', name: 'rm1', by: 'games', persistent: false },
  { id: '92af1c9c', name: 'dup', by: 'games', persistent: false },
  { id: 'd068b59b', name: 'dup', by: 'games', persistent: false },
];

/** Makes the configurations that a trace speaks of and no trace has made. */
async function makeConfigurations(stage: ConformanceStage, { steps }: Trace): Promise<void> {
  const text = JSON.stringify(steps);
  for (const [path, id = ''] of text.matchAll(/~\/configuration\/([0-9a-fx]{36})/g)) {
    const known = made.find(each => id.startsWith(each.id));
    if (known === undefined || stage.names.knows(id)) continue;
    const { name, by, persistent } = known;
    const args = [name, await stage.profileOf(name), false, persistent];
    const [ours] = await stage.call(by, '/net/openvpn/v3/configuration', 'Import', 'ssbb', ...args);
    stage.names.learn('configuration', path, String(ours));
  }
}

async function endSession(stage: ConformanceStage): Promise<void> {
  const session = stage.names.last('session');
  await stage.call('games', session, 'Disconnect');
  const gone = `SessionManagerEvent ['${session}', 2,`;
  await eventually('the session is gone', () => stage.signals.some(({ line }) => line.includes(gone)));
}

/** What was done between the recorded commands, by the trace before which it was done. */
const done: Readonly<Record<string, (stage: ConformanceStage) => Promise<unknown>>> = {
  'cli-config-remove': stage =>
    stage.call('games', stage.names.toOurs('~/configuration/a0a2d409x3a9ax4484xac7fx3797ecf4e9b6'), 'Seal'),
  async 'cli-sessions-list-empty'(stage) {
    for (const id of ['f034525dxdfbdx4623xafb9x8279b69b491d', '86fdde4dx0848x47cfxa231xaefc68b6e251'])
      await stage.call('games', stage.names.toOurs(`~/configuration/${id}`), 'Remove');
  },
  'cli-sessions-list-granted': stage =>
    stage.call('games', stage.names.last('session'), 'AccessGrant', 'u', 9),
  async 'cli-session-manage-cleanup'(stage) {
    const session = stage.names.last('session');
    await stage.call('games', session, 'AccessRevoke', 'u', 9);
    await stage.settled(session, StatusMinor.CONN_CONNECTED);
    await stage.call('games', session, 'Pause', 's', 'by hand');
    await stage.settled(session, StatusMinor.CONN_PAUSED);
  },
  'cli-session-manage-resume': stage => stage.settled(stage.names.last('session'), StatusMinor.CONN_PAUSED),
  'cli-session-manage-restart': stage =>
    stage.settled(stage.names.last('session'), StatusMinor.CONN_CONNECTED),
  'admin-version-services': stage =>
    stage.call(
      'root',
      '/net/openvpn/v3/log',
      'DBus.Properties.Set',
      'ssv',
      'net.openvpn.v3.log',
      'log_level',
      new Variant('u', 6),
    ),
  'python-module': endSession,
  'cli-session-start-crtext': endSession,
  'cli-config-remove-prompt': endSession,
};

/** Brings our services to where the deployed ones were when this trace was recorded. */
export async function prepare(stage: ConformanceStage, trace: Trace): Promise<void> {
  await makeConfigurations(stage, trace);
  await done[trace.name]?.(stage);
}
