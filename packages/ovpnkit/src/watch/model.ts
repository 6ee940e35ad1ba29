import {
  type Client,
  type ConnectionEvent,
  type Event,
  type EventOf,
  type EventType,
  hideInLog,
  hideSecrets,
  type LogMessage,
  type State,
  type Status,
} from '@ovpnkit/management';
import { type ClientList, createClientList } from './client-list.ts';
import { tellCompleteness } from './completeness.ts';
import type { Happening } from './happening.ts';
import type { Input } from './input.ts';
import { createMeter, type Meter } from './meter.ts';
import type { Presence } from './presence.ts';
import { tellingOf } from './telling.ts';

/** All that is known of a daemon, as far as it is shown. */
export type WatchModel = {
  readonly address: string;
  /** `OpenVPN 2.6.14 x86_64-pc-linux-gnu …`. */
  readonly release: string | undefined;
  readonly presence: Presence;
  readonly pid: number | undefined;
  readonly state: State | undefined;
  /** Whether it has told anything of itself yet. */
  readonly answered: boolean;
  /** The last one; `undefined` before the first and while the daemon is held. */
  readonly status: Status | undefined;
  /** When the status file was written; `undefined` for what is no file. */
  readonly written: Date | undefined;
  /** What the daemon waits for. */
  readonly question: string | undefined;
  readonly clients: ClientList;
  /** The tunnel of a daemon in client mode. */
  readonly traffic: Meter;
  /** Oldest first, without the lines of the log. */
  readonly recent: readonly Happening[];
  /** Oldest first. */
  readonly log: readonly LogMessage[];
  /** What really came from the daemon: names of clients, notifications, bytes of tunnels. */
  readonly seen: { readonly clients: ReadonlySet<string>; readonly events: number; readonly bytes: bigint };
};

/** A model with its one way to change. Nothing in it looks at a clock or a socket. */
export type Watched = {
  readonly model: WatchModel;
  /** Learns what came at this time, and returns what is worth telling. */
  apply(input: Input, at: Date): Happening[];
};

const mostRecent = 50;
const mostLog = 200;

/** A model of a daemon that nothing is known of. `windowMs` is the shortest time that rates are made of. */
export function createWatched(address: string, windowMs: number): Watched {
  const seen = { clients: new Set<string>(), events: 0, bytes: 0n };
  const model = {
    address,
    release: undefined as string | undefined,
    presence: { type: 'here' } as Presence,
    pid: undefined as number | undefined,
    state: undefined as State | undefined,
    answered: false,
    status: undefined as Status | undefined,
    written: undefined as Date | undefined,
    question: undefined as string | undefined,
    clients: createClientList(windowMs),
    traffic: createMeter(windowMs),
    recent: [] as Happening[],
    log: [] as LogMessage[],
    seen,
  };
  /** When the clients were looked at; `undefined` before, and when some may have come unseen. */
  let looked: Date | undefined;

  /** `of` is the time that the counters are of. */
  const learnStatus = (
    status: Status | undefined,
    everyone: boolean,
    at: Date,
    of: Date = at,
  ): Happening[] => {
    const notices = tellCompleteness(model.status, status, at);
    model.status = status;
    model.answered = true;
    if (status?.mode !== 'server') return notices;
    const since = looked;
    looked = at;
    const { joined, left, bytes } = model.clients.update(status.clients, of.getTime(), everyone);
    seen.bytes += bytes;
    for (const { commonName } of joined) seen.clients.add(commonName);
    return [
      ...notices,
      ...left.map(client => ({ type: 'left', at, client }) as const),
      // One that was there before the watch has not come just now.
      ...joined.map(client => ({ type: 'joined', at: since ? at : earlier(client, at), client }) as const),
    ];
  };

  const learnFile = ({ status, written }: Input & { type: 'file' }, at: Date): Happening[] => {
    const notices: Happening[] =
      model.presence.type === 'away' ? [{ type: 'notice', at, text: 'the file can be read again' }] : [];
    model.presence = { type: 'here' };
    model.written = written;
    return [...notices, ...learnStatus(status, status.complete, at, written)];
  };

  const learnUnreadable = (problem: string, at: Date): Happening[] => {
    const { presence } = model;
    if (presence.type === 'away') {
      model.presence = { ...presence, problem, attempts: presence.attempts + 1 };
      return [];
    }
    model.presence = { type: 'away', since: at, problem, attempts: 1 };
    model.clients.rest();
    return [{ type: 'notice', at, text: problem }];
  };

  const learnSnapshot = ({ pid, state, status }: EventOf<'snapshot'>, at: Date): Happening[] => {
    looked = undefined;
    const restarted = model.pid !== undefined && model.pid !== pid;
    const wasAway = model.presence.type === 'away';
    if (restarted) {
      model.clients.clear();
      model.traffic = createMeter(windowMs);
    }
    model.presence = { type: 'here' };
    model.pid = pid;
    model.state = state;
    const back: Happening[] = wasAway ? [{ type: 'back', at, pid, restarted }] : [];
    return [...back, ...learnStatus(status, status?.complete ?? false, at)].sort(byTime);
  };

  const learnEvent = (event: Event, at: Date): Happening[] => {
    if (!ofConnection.has(event.type)) seen.events += 1;
    switch (event.type) {
      case 'STATE':
        model.state = event;
        model.question = undefined;
        return [{ type: 'state', at: event.time, state: event }];
      case 'LOG':
        if (isOwnCommand(event)) return [];
        keep(model.log, [event], mostLog);
        return [{ type: 'log', at: event.time, message: event }];
      case 'BYTECOUNT':
        seen.bytes += model.traffic.add(at.getTime(), event.received, event.sent);
        return [];
      case 'BYTECOUNT_CLI':
        seen.bytes += model.clients.count(event.cid, at.getTime(), event.received, event.sent);
        return [];
      case 'FATAL':
        return [{ type: 'fatal', at, text: event.text }];
      case 'down': {
        const problem = event.error.message;
        model.presence = { type: 'away', since: at, problem, attempts: 0 };
        model.question = undefined;
        model.clients.rest();
        model.traffic.rest();
        return [{ type: 'away', at, problem }];
      }
      case 'retry': {
        const since = model.presence.type === 'away' ? model.presence.since : at;
        model.presence = { type: 'away', since, problem: event.error.message, attempts: event.attempt };
        return [];
      }
      case 'snapshot':
        return learnSnapshot(event, at);
      default: {
        const telling = tellingOf(event);
        if (telling?.type === 'question') model.question = telling.text;
        return telling === undefined ? [] : [{ ...telling, at }];
      }
    }
  };

  const learn = (input: Input, at: Date): Happening[] => {
    switch (input.type) {
      case 'event':
        return learnEvent(hideSecrets(input.event), at);
      case 'status':
        if (model.presence.type === 'silent') model.presence = { type: 'here' };
        return learnStatus(input.status, input.everyone ?? true, at);
      case 'file':
        return learnFile(input, at);
      case 'unreadable':
        return learnUnreadable(input.problem, at);
      case 'release':
        model.release = input.release;
        return [];
      case 'history':
        keep(model.log, input.log.filter(message => !isOwnCommand(message)).map(hideInLog), mostLog);
        keep(
          model.recent,
          input.states.map(state => ({ type: 'state', at: state.time, state }) as const),
          mostRecent,
        );
        return [];
      case 'silence':
        if (model.presence.type === 'here') model.presence = { type: 'silent', since: at };
        return [];
      case 'tick':
        return [];
      case 'remark':
        return [{ type: 'remark', at, text: input.text }];
    }
  };

  return {
    model,
    apply(input, at) {
      const happenings = learn(input, at);
      keep(
        model.recent,
        happenings.filter(({ type }) => type !== 'log'),
        mostRecent,
      );
      // What a snapshot tells may be older than what was learned before.
      if (input.type === 'event' && input.event.type === 'snapshot') model.recent.sort(byTime);
      return happenings;
    },
  };
}

/** Events that no line of the daemon stands behind. */
const ofConnection: ReadonlySet<EventType> = new Set<ConnectionEvent['type']>([
  'down',
  'retry',
  'up',
  'snapshot',
  'dropped',
  'handler-error',
]);

/** At verb 3 the daemon logs every command of this very connection, polls among them. */
const isOwnCommand = ({ text }: LogMessage): boolean => text.startsWith('MANAGEMENT: CMD ');

/** The clock of a daemon elsewhere may be ahead. */
const earlier = ({ connectedSince }: Client, at: Date): Date => (connectedSince < at ? connectedSince : at);

const byTime = (a: Happening, b: Happening): number => a.at.getTime() - b.at.getTime();

function keep<T>(list: T[], added: readonly T[], most: number): void {
  list.push(...added.slice(-most));
  list.splice(0, Math.max(0, list.length - most));
}
