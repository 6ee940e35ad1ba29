import { randomUUID } from 'node:crypto';
import { implement, type ObjectServer } from '@ovpnkit/dbus';
import { HIGHEST_LOG_LEVEL, LogCategory, LogGroup } from '../../contract/log.ts';
import { ForwardedEvents, LOG_PROXIES, LogProxy } from '../../contract/log-service.ts';
import { incorrectLogLevel } from './incorrect-log-level.ts';
import type { LogEvent } from './log-event.ts';
import { passesLevel } from './passes-level.ts';

/** The events of one session on their way to one program. */
export type Proxy = {
  readonly path: string;
  readonly session: string;
  /** The unique name of who gets the events, and the user. */
  readonly target: string;
  readonly targetUid: number;
  /** The unique name of the session manager that asked for it. */
  readonly owner: string;
};

export type Proxies = {
  /**
   * The object of a proxy, exported until it is removed, or its target or its owner leaves the bus. The same one for the
   * same session and target, so that no program gets an event twice.
   */
  open(proxy: Omit<Proxy, 'path'>): Proxy;
  find(path: string): Proxy | undefined;
  forward(session: string, event: LogEvent): void;
  /** A connection has left the bus. */
  left(name: string): void;
};

type Live = Proxy & { logLevel: number; lost: number };

export function createProxies(server: ObjectServer): Proxies {
  const paths = new Map<string, Live>();
  const sessions = new Map<string, Map<string, Live>>();

  function remove({ path, session, target }: Live): void {
    if (!paths.delete(path)) return;
    server.remove(path);
    const ofSession = sessions.get(session);
    ofSession?.delete(target);
    if (ofSession?.size === 0) sessions.delete(session);
  }

  function send({ session, target }: Live, event: LogEvent): boolean {
    const to = { to: target };
    switch (event.type) {
      case 'log':
        return server.emit(session, ForwardedEvents, 'Log', [event.group, event.category, event.message], to);
      case 'status':
        return server.emit(
          session,
          ForwardedEvents,
          'StatusChange',
          [event.major, event.minor, event.message],
          to,
        );
    }
  }

  return {
    open({ session, target, targetUid, owner }) {
      const ofSession = sessions.get(session) ?? new Map<string, Live>();
      const known = ofSession.get(target);
      if (known?.owner === owner) return known;
      if (known) remove(known);
      const path = `${LOG_PROXIES}/${randomUUID().replaceAll('-', 'l')}`;
      const proxy: Live = {
        path,
        session,
        target,
        targetUid,
        owner,
        logLevel: HIGHEST_LOG_LEVEL,
        lost: 0,
      };
      paths.set(path, proxy);
      sessions.set(session, ofSession.set(target, proxy));
      server.export(
        path,
        implementProxy(proxy, () => remove(proxy)),
      );
      return proxy;
    },
    find: path => paths.get(path),
    forward(session, event) {
      for (const proxy of sessions.get(session)?.values() ?? []) {
        if (event.type === 'log' && !passesLevel(event.category, proxy.logLevel)) continue;
        if (proxy.lost > 0 && send(proxy, missing(proxy.lost))) proxy.lost = 0;
        if (proxy.lost > 0 || !send(proxy, event)) proxy.lost++;
      }
    },
    left(name) {
      for (const proxy of [...paths.values()]) {
        if (proxy.target === name || proxy.owner === name) remove(proxy);
      }
    },
  };
}

/** In place of what the bus did not take in time. */
const missing = (count: number): LogEvent => ({
  type: 'log',
  group: LogGroup.LOGGER,
  category: LogCategory.WARN,
  message: `${count} events were lost here: the bus did not take them in time`,
});

const implementProxy = (proxy: Live, remove: () => void) =>
  implement(LogProxy, {
    methods: { Remove: remove },
    properties: {
      log_level: {
        get: () => proxy.logLevel,
        set(value: number) {
          if (value > HIGHEST_LOG_LEVEL) throw incorrectLogLevel(value);
          proxy.logLevel = value;
        },
      },
      session_path: { get: () => proxy.session },
      target: { get: () => proxy.target },
    },
  });
