import { join } from 'node:path';
import { HIGHEST_LOG_LEVEL, LogCategory, type LogCategoryName, LogGroup } from '../../contract/log.ts';
import { LOG, LOG_PATH } from '../../contract/names.ts';
import type { ServiceOptions } from '../host/options.ts';
import { serveService } from '../host/service-host.ts';
import { type Attachment, createAttachments } from './attachments.ts';
import { authorizeLog } from './authorize.ts';
import { formatLines, type LogLine } from './format-lines.ts';
import { parseLogEvent } from './log-event.ts';
import { implementLog } from './log-object.ts';
import { type LogOutput, openLogOutput } from './log-output.ts';
import { defaultLogSettings, type LogSettings } from './log-settings.ts';
import { createProxies } from './proxies.ts';
import { loadLogSettings, saveLogSettings } from './settings-file.ts';

const CONFIG_FILE = 'log-service.json';
const BUS = 'org.freedesktop.DBus';

/**
 * Runs the log service until it is ended. `given` stands above what its file says. The file is kept in the state folder;
 * without one, nothing is kept. Rejects when it cannot begin: no bus, no output, or another program owns the name.
 */
export async function serveLog(options: ServiceOptions, given: Partial<LogSettings>): Promise<void> {
  const { stateDir } = options;
  const configFile = stateDir === undefined ? undefined : join(stateDir, CONFIG_FILE);
  const [loaded, problem] = configFile === undefined ? [defaultLogSettings] : load(configFile);
  let kept = loaded;
  let settings: LogSettings = { ...loaded, ...given };
  let output: LogOutput | undefined;

  const write = (line: LogLine): void => output?.write(formatLines(line, settings, new Date()));
  const writeLog = (category: LogCategoryName, message: string): void =>
    write({ group: LogGroup.LOGGER, category: LogCategory[category], message, source: undefined });

  await serveService(
    { ...options, logFile: undefined, idleExit: options.idleExit ?? settings.idleExit },
    {
      name: LOG,
      path: LOG_PATH,
      title: 'OpenVPN 3 Log Service',
      logGroup: 'LOGGER',
      idleMs: 0,
      writeLog,
      async start(host) {
        const { bus, server, log } = host;
        host.logLevel = HIGHEST_LOG_LEVEL; // the settings decide
        output = openLogOutput(settings.journald ? 'stdout:' : settings.logFile);
        if (problem !== undefined) log('CRIT', problem);
        const holds = new Map<Attachment, () => void>();

        const proxies = createProxies(server);
        const attachments = createAttachments(bus, {
          new: attachment => holds.set(attachment, host.hold()),
          gone(attachment) {
            holds.get(attachment)?.();
            holds.delete(attachment);
          },
          signal(attachment, signal) {
            const event = parseLogEvent(signal);
            if (!event) return;
            const { session } = attachment;
            if (event.type === 'log') write({ ...event, source: { ...attachment, path: signal.path } });
            if (session !== undefined && attachments.ofSession(session) === attachment)
              proxies.forward(session, event);
          },
        });
        await bus.subscribe(
          { sender: BUS, interface: BUS, member: 'NameOwnerChanged', arg2: '' },
          ({ body }) => {
            attachments.left(String(body[0]));
            proxies.left(String(body[0]));
          },
        );
        server.export(
          LOG_PATH,
          implementLog({
            bus,
            attachments,
            proxies,
            log,
            configFile,
            settings: () => settings,
            change(changed) {
              // What a file that cannot be used says is not to be lost.
              if (problem !== undefined) throw new Error(problem);
              const next = { ...kept, ...changed };
              if (configFile !== undefined) saveLogSettings(configFile, next);
              kept = next;
              settings = { ...settings, ...changed };
            },
          }),
        );
        return {
          authorize: authorizeLog(bus, proxies, process.getuid?.()),
          end: async () => output?.close(),
        };
      },
    },
  );
}

/** A file that cannot be used is no reason to have no log. */
function load(path: string): [LogSettings, problem?: string] {
  try {
    return [loadLogSettings(path)];
  } catch (error) {
    return [defaultLogSettings, (error as Error).message];
  }
}
