// A session manager with one session, for the client library: it does what a test wants.
import type { TestContext } from 'node:test';
import { type Bus, defineInterface, implement, type ObjectServer, serve } from '@ovpnkit/dbus';
import { startBus } from '@ovpnkit/lab/testing';
import { ForwardedEvents } from '../../src/contract/log-service.ts';
import {
  glibError,
  LOG,
  SESSIONS,
  SESSIONS_PATH,
  StatusMinor,
  type StatusMinorName,
} from '../../src/index.ts';

export const PATH = `${SESSIONS_PATH}/one`;

export const Manager = defineInterface({
  name: SESSIONS,
  methods: {
    NewTunnel: { in: ['o config_path'], out: ['o session_path'] },
    LookupConfigName: { in: ['s config_name'], out: ['ao session_paths'] },
  },
  signals: { SessionManagerEvent: { args: ['o path', 'q type', 'u owner'] } },
});
const Session = defineInterface({
  name: SESSIONS,
  methods: {
    Ready: {},
    Disconnect: {},
    LogForward: { in: ['b enable'] },
    UserInputQueueGetTypeGroup: { out: ['a(uu) type_group_list'] },
    UserInputQueueFetch: {
      in: ['u type', 'u group', 'u id'],
      out: ['u t', 'u g', 'u i', 's n', 's d', 'b h'],
    },
    UserInputQueueCheck: { in: ['u type', 'u group'], out: ['au indexes'] },
    UserInputProvide: { in: ['u type', 'u group', 'u id', 's value'] },
  },
  properties: { status: { type: '(uus)', access: 'read' } },
});

export type Stage = {
  readonly client: Bus;
  readonly server: ObjectServer;
  readonly calls: string[];
  status: [number, number, string];
  refuses: boolean;
  newTunnel: () => Promise<string> | string;
  found: string[];
  release(): Promise<void>;
  event(type: number): void;
  tell(minor: StatusMinorName, message?: string): void;
};

export async function openStage(t: TestContext): Promise<Stage> {
  const bus = await startBus(t);
  const [service, client] = await Promise.all([bus.connect(), bus.connect()]);
  const server = await serve(service, { authorize: () => true, errorNames: 'glib' });
  const calls: string[] = [];
  const open = new Map([
    [0, ['username', 'Auth User name', false]],
    [1, ['password', 'Auth Password', true]],
  ] as const);
  const answers = new Map<number, string>();
  const stage: Stage = {
    client,
    server,
    calls,
    status: [2, 6, ''],
    refuses: false,
    newTunnel: () => PATH,
    found: [],
    release: () => service.releaseName(SESSIONS),
    event: type => void server.emit(SESSIONS_PATH, Manager, 'SessionManagerEvent', [PATH, type, 5]),
    tell(minor, message = '') {
      server.emit(PATH, ForwardedEvents, 'StatusChange', [2, StatusMinor[minor], message], {
        to: client.uniqueName,
      });
    },
  };
  const manager = implement(Manager, {
    methods: { NewTunnel: () => stage.newTunnel(), LookupConfigName: () => stage.found },
  });
  const session = implement(Session, {
    methods: {
      Ready() {
        if (answers.size < open.size) throw glibError('ready', 'Missing user credentials');
      },
      Disconnect: () => void calls.push('Disconnect'),
      LogForward([enable]) {
        calls.push(`LogForward ${enable}`);
        if (stage.refuses) throw glibError('authorization', 'Access denied');
      },
      UserInputQueueGetTypeGroup: () => [[1, 1]],
      UserInputQueueCheck: () => [...open.keys()].filter(id => !answers.has(id)),
      UserInputQueueFetch([type, group, id]) {
        const [name, description, hidden] = open.get(id as 0 | 1) ?? ['', '', false];
        return [type, group, id, name, description, hidden];
      },
      UserInputProvide: ([, , id, value]) => void answers.set(id, value),
    },
    properties: { status: { get: () => stage.status } },
  });
  server.export(SESSIONS_PATH, manager);
  server.export(PATH, session);
  await service.requestName(SESSIONS);
  await service.requestName(LOG);
  return stage;
}
