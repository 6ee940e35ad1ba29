// What the services have in common: from the command line's options to the orderly end.
//
//   const example: ServiceDefinition = {
//     name: CONFIGURATION, path: CONFIGURATION_PATH,  // the bus name (and interface), the main object
//     title: 'OpenVPN 3 Configuration Manager', logGroup: 'CONFIGMGR',
//     idleMs: 180_000,                                // 0 for never; --idle-exit stands above it
//     async start(host) {                             // before the name is owned: load, and export everything
//       host.server.export(CONFIGURATION_PATH, implement(…));
//       host.log('INFO', 'text');                     // from the main object
//       const log = host.logFrom(path);               // from another one; logFrom(path, () => level) has a level of its own
//       host.sendToLog({ path, interface, member: 'StatusChange', signature: 'uus', body });   // unicast to the log service
//       const release = host.hold();                  // no idle exit until release()
//       return {
//         authorize: access => true,                  // every access: methods, each property, Ping and Introspect too
//         end: async () => {},                        // optional: the name is given away already, the bus is still there
//       };
//     },
//   };
//   await serveService(options, example);             // resolves when it has ended
//
// options.ts reads the command line. refusals.ts has the errors: refused(text) is M1, requestFailed(text) M2,
// denied(access, text?) M1 or AccessDenied as the operation wants it; failed(text) is in contract/errors.ts.
// The property `version` is API_VERSION. The log service itself gives `writeLog`, and is attached to nobody.
// process.getuid() is the service's own uid: root has become `--user` before anything else.
import { type Authorize, type Bus, connect, type ObjectServer, type Signal, serve } from '@ovpnkit/dbus';
import {
  LogCategory,
  type LogCategoryName,
  LogGroup,
  type LogGroupName,
  passesLogLevel,
} from '../../contract/log.ts';
import { dropPrivileges } from './drop-privileges.ts';
import { watchIdle } from './idle-watch.ts';
import { openLogFile } from './log-file.ts';
import { type LogServiceLink, linkToLogService } from './log-service-link.ts';
import type { ServiceOptions } from './options.ts';

export type ServiceDefinition = {
  /** The bus name, which is the interface's as well. */
  readonly name: string;
  /** The main object. */
  readonly path: string;
  /** For the log. */
  readonly title: string;
  readonly logGroup: LogGroupName;
  /** How long nobody may call before it ends, unless the options say; 0 for never. */
  readonly idleMs: number;
  /** Takes the lines in place of the log service: for the log service itself. */
  readonly writeLog?: (category: LogCategoryName, message: string, path: string) => void;
  /**
   * Exports the objects, before the name is owned: that is how everybody, systemd too, knows that the service is ready.
   * What it throws ends the service before it begins.
   */
  start(host: ServiceHost): Service | Promise<Service>;
};

export type Service = {
  readonly authorize: Authorize;
  /** Called once, at the end. */
  end?(): Promise<void>;
};

export type Log = (category: LogCategoryName, message: string) => void;

export type ServiceHost = {
  readonly bus: Bus;
  readonly server: ObjectServer;
  readonly options: ServiceOptions;
  /** 0 to 6. */
  logLevel: number;
  /** From the main object. */
  readonly log: Log;
  /** From any object. `level` is asked for each line; that of the service when absent. */
  logFrom(path: string, level?: () => number): Log;
  /** A signal for the log service alone, which gets it as soon as there is one. */
  sendToLog(signal: Omit<Signal, 'to'>): void;
  /** Keeps the service from ending for want of calls, until the function that this returns is called. */
  hold(): () => void;
  /** Ends the service, as SIGTERM does. */
  end(): void;
};

/** Profiles have 256 KiB at most. */
const MAX_MESSAGE_WEIGHT = 4 * 1024 * 1024;
const MINUTE_MS = 60_000;

/**
 * Runs a service until it has nothing to do, a signal ends it or the bus is gone. Rejects when it cannot begin: there is
 * no bus, or another program owns the name.
 */
export async function serveService(options: ServiceOptions, definition: ServiceDefinition): Promise<void> {
  const { name, path, title } = definition;
  dropPrivileges(options.user);
  process.umask(0o077);
  const file = options.logFile === undefined ? undefined : openLogFile(options.logFile, options.colour);
  const bus = await connect({ maxMessageWeight: MAX_MESSAGE_WEIGHT });
  const over = Promise.withResolvers<void>();
  let service: Service | undefined;
  let link: LogServiceLink | undefined;

  const { idleExit } = options;
  const idle = watchIdle(idleExit === undefined ? definition.idleMs : idleExit * MINUTE_MS, leave);

  /** A call that was on its way when the period was over has its answer, and all the time it needs. */
  async function leave(): Promise<void> {
    await bus.releaseName(name).catch(() => {});
    if (idle.isIdle()) {
      over.resolve();
      return;
    }
    await bus.requestName(name).catch(() => over.resolve());
    idle.hold()(); // the period begins again
  }

  const server = await serve(bus, {
    authorize(access) {
      idle.touch();
      return service?.authorize(access) ?? false;
    },
    errorNames: 'glib',
    onError: error =>
      host.log('ERROR', error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });

  const host: ServiceHost = {
    bus,
    server,
    options,
    logLevel: options.logLevel,
    log: (category, message) => logLine(category, message, path, host.logLevel),
    logFrom: (from, level) => (category, message) =>
      logLine(category, message, from, level?.() ?? host.logLevel),
    sendToLog: signal => link?.send(signal),
    hold: idle.hold,
    end: over.resolve,
  };

  function logLine(category: LogCategoryName, message: string, from: string, level: number): void {
    if (!passesLogLevel(category, level)) return;
    file?.write(category, message);
    definition.writeLog?.(category, message, from);
    // D-Bus carries neither a lone surrogate nor NUL.
    const text = message.toWellFormed().replaceAll('\0', '');
    const body = [LogGroup[definition.logGroup], LogCategory[category], text];
    host.sendToLog({ path: from, interface: name, member: 'Log', signature: 'uus', body });
  }

  try {
    if (!definition.writeLog) link = await linkToLogService(bus, name, text => file?.write('WARN', text));
    service = await definition.start(host);
    await bus.requestName(name);
  } catch (error) {
    idle.stop();
    await bus.close();
    file?.close();
    throw error;
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, over.resolve);
  void bus.closed.then(() => over.resolve());
  host.log('INFO', `${title} started`);

  await over.promise;
  idle.stop();
  await bus.releaseName(name).catch(() => {});
  await service.end?.();
  await link?.detach();
  await bus.close();
  file?.close();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, over.resolve);
}
