// A hub on a scripted daemon, and programs at it; everything is closed after the test.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openProgram, type Program, within } from '@ovpnkit/lab/testing';
import { type Hub, type HubEvent, type HubOptions, openHub, type Role, roles } from '../../src/hub/index.ts';
import type { ListenerOptions } from '../../src/hub/listener.ts';
import { fakeDaemon, type Session } from '../../src/testing/index.ts';
import { statusLines } from '../recordings.ts';

type Answer = string | readonly string[] | undefined;

export type ScriptedHub = {
  readonly hub: Hub;
  readonly events: readonly HubEvent[];
  /** What the daemon was sent, over all connections, body lines among it. */
  readonly commands: readonly string[];
  /** The daemon says something by itself. */
  say(...lines: readonly (string | Uint8Array)[]): void;
  /** The daemon of the present connection. */
  readonly daemon: Session;
  /** A program at the listener of this role. */
  join(role?: Role, options?: { greeted?: boolean }): Promise<Program>;
  /** The first event of this type, now or later. */
  event<T extends HubEvent['type']>(type: T): Promise<HubEvent & { type: T }>;
};

type Options = Partial<Omit<HubOptions, 'listeners' | 'upstream'>> & {
  upstream?: Partial<HubOptions['upstream']>;
  /** What the daemon answers; `undefined` for what a daemon answers usually, an empty list for silence. */
  answer?: (line: string, daemon: Session) => Answer;
  /** What each greeting waits for. */
  ready?: () => Promise<void>;
  /** Called for each connection right after the greeting. */
  greets?: (daemon: Session) => void;
  management?: number;
  release?: string;
  /** More settings of the listeners. */
  listener?: Partial<ListenerOptions>;
  /** More listeners. */
  more?: readonly ListenerOptions[];
};

/** What a server of this release answers to what the hub and most programs ask. */
function usual(line: string, release: string): Answer {
  const [verb = '', word] = line.split(' ');
  switch (verb) {
    case 'version':
      if (word !== undefined)
        return release >= '2.7.1' && word >= '4' ? `SUCCESS: Management client version set to ${word}` : [];
      return [`OpenVPN Version: OpenVPN ${release} x86_64-pc-linux-gnu`, 'Management Version: 5', 'END'];
    case 'env-filter':
      return `SUCCESS: env_filter_level=${word ?? 0}`;
    case 'pid':
      return 'SUCCESS: pid=4711';
    case 'bytecount':
      return 'SUCCESS: bytecount interval changed';
    case 'state':
    case 'log':
    case 'echo':
      if (word === 'on' || word === 'off')
        return `SUCCESS: real-time ${verb} notification set to ${word.toUpperCase()}`;
      if (verb === 'state') return ['1795288638,CONNECTED,SUCCESS,10.8.0.1,,,,', 'END'];
      return word === undefined
        ? `ERROR: the '${verb}' command requires at least 1 parameter`
        : ['1,,x', 'END'];
    case 'status':
      return word === '3' ? [...statusLines('server-empty-v3'), 'END'] : ['TITLE\tx', 'END'];
    case 'client-auth-nt':
    case 'client-deny':
    case 'client-pending-auth':
    case 'client-kill':
      return `SUCCESS: ${verb} command succeeded`;
    default:
      return "ERROR: unknown command, enter 'help' for more options";
  }
}

export async function openScriptedHub(
  t: TestContext,
  {
    answer,
    ready,
    greets,
    management,
    release = '2.6.14',
    listener = {},
    more = [],
    ...options
  }: Options = {},
): Promise<ScriptedHub> {
  const directory = await mkdtemp(join(tmpdir(), 'hub-test-'));
  const commands: string[] = [];
  const events: HubEvent[] = [];
  const waiting = new Set<() => void>();
  let current: Session | undefined;

  const daemon = await fakeDaemon(async session => {
    current = session;
    let body: string | undefined;
    await ready?.();
    // In one piece, as a daemon writes it.
    session.greet(management);
    greets?.(session);
    return session.answer(line => {
      commands.push(line);
      if (body === undefined && /^ *(?:client-auth \d+ \d+|pk-sig$|rsa-sig$|certificate$)/.test(line))
        body = line;
      else if (body !== undefined && line === 'END') {
        const [verb] = body.trim().split(' ');
        body = undefined;
        return (
          answer?.(`${verb} END`, session) ?? `SUCCESS: ${verb?.replace('sig', 'sign')} command succeeded`
        );
      }
      return body === undefined ? (answer?.(line, session) ?? usual(line, release)) : [];
    });
  });
  const path = (role: Role) => ({ path: join(directory, role) });
  const hub = await openHub({
    whenUndecided: 'wait',
    ...options,
    upstream: { reconnect: { minDelayMs: 5, maxDelayMs: 20 }, ...options.upstream, ...daemon.endpoint },
    listeners: [...roles.map(role => ({ ...path(role), role, ...listener })), ...more],
    onEvent(event) {
      events.push(event);
      options.onEvent?.(event);
      for (const look of waiting) look();
    },
  });
  t.after(async () => {
    await hub.close();
    await daemon.close();
    await rm(directory, { recursive: true, force: true });
  });

  return {
    hub,
    events,
    commands,
    get daemon() {
      if (!current) throw new Error('nobody has connected to the daemon');
      return current;
    },
    say: (...lines) => current?.send(...lines),
    join: (role = 'monitor', programOptions) => openProgram(t, path(role), programOptions),
    async event(type) {
      const came = Promise.withResolvers<HubEvent>();
      const look = (): void => {
        const event = events.find(candidate => candidate.type === type);
        if (event) came.resolve(event);
      };
      waiting.add(look);
      look();
      try {
        return (await within(`${type} of the hub`, came.promise)) as never;
      } finally {
        waiting.delete(look);
      }
    },
  };
}

/** An event of a client that asks to be let in, with a password. */
export const connect = (cid: number, kid = 1, kind = 'CONNECT'): string[] => [
  `>CLIENT:${kind},${cid},${kid}`,
  '>CLIENT:ENV,n_clients=0',
  '>CLIENT:ENV,password=hunter2',
  '>CLIENT:ENV,common_name=client1',
  '>CLIENT:ENV,IV_VER=2.6.14',
  '>CLIENT:ENV,END',
];

/** The same as others see it. */
export const hiddenConnect = (cid: number, kid = 1, kind = 'CONNECT'): string[] =>
  connect(cid, kid, kind).map(line => line.replace('hunter2', '[REDACTED]'));
