import { type Bus, type Implementation, implement, isUniqueName } from '@ovpnkit/dbus';
import { failed, glibError } from '../../contract/errors.ts';
import { HIGHEST_LOG_LEVEL } from '../../contract/log.ts';
import { LogService } from '../../contract/log-service.ts';
import { API_VERSION } from '../host/api-version.ts';
import type { Log } from '../host/service-host.ts';
import type { Attachment, Attachments } from './attachments.ts';
import { userOf } from './bus-facts.ts';
import { incorrectLogLevel } from './incorrect-log-level.ts';
import type { LogSettings } from './log-settings.ts';
import type { Proxies } from './proxies.ts';

export type LogObjectParts = {
  readonly bus: Bus;
  readonly attachments: Attachments;
  readonly proxies: Proxies;
  readonly log: Log;
  /** `undefined` when settings are not kept. */
  readonly configFile: string | undefined;
  readonly settings: () => LogSettings;
  /** Keeps them as well. Throws when they cannot be kept; nothing is changed then. */
  readonly change: (settings: Partial<LogSettings>) => void;
};

/** The members of net.openvpn.v3.log on its main object. */
export function implementLog({
  bus,
  attachments,
  proxies,
  log,
  configFile,
  settings,
  change,
}: LogObjectParts): Implementation {
  const set = (changed: Partial<LogSettings>): void => {
    try {
      change(changed);
    } catch (error) {
      throw failed(`The settings of the log could not be kept: ${(error as Error).message}`);
    }
  };
  return implement(LogService, {
    methods: {
      async Attach([iface], { caller }) {
        log('VERB2', `Attached: ${nameOf(await attachments.attach(caller, iface))}`);
      },
      AssignSession([session, iface], { caller }) {
        log('VERB2', `Assigned ${session}: ${nameOf(attachments.assign(caller, iface, session))}`);
      },
      Detach([iface], { caller }) {
        log('VERB2', `Detached: ${nameOf(attachments.detach(caller, iface))}`);
      },
      GetSubscriberList: () =>
        [...attachments.all()].map(({ tag, sender, interface: iface }): [string, string, string, string] => [
          tag,
          sender,
          iface,
          '',
        ]),
      async ProxyLogEvents([target, session], { caller }) {
        if (!attachments.ofSession(session)) throw glibError('log', 'No session available');
        const targetUid = isUniqueName(target) ? await userOf(bus, target) : undefined;
        if (targetUid === undefined) throw glibError('log', `'${target}' is not on the bus`);
        const { path } = proxies.open({ session, target, targetUid, owner: caller.name });
        // Nobody tells us again of those who left meanwhile.
        if (caller.gone.aborted) proxies.left(caller.name);
        if ((await userOf(bus, target)) === undefined) proxies.left(target);
        log('VERB2', `Forwarding the events of ${session} to ${target}: ${path}`);
        return path;
      },
    },
    properties: {
      config_file: { get: () => configFile ?? '' },
      log_dbus_details: {
        get: () => settings().dbusDetails,
        set: (dbusDetails: boolean) => set({ dbusDetails }),
      },
      log_level: {
        get: () => settings().logLevel,
        set(logLevel: number) {
          if (logLevel > HIGHEST_LOG_LEVEL) throw incorrectLogLevel(logLevel);
          set({ logLevel });
        },
      },
      log_method: { get: () => methodOf(settings()) },
      log_prefix_logtag: {
        get: () => settings().prefixLogtag,
        set: (prefixLogtag: boolean) => set({ prefixLogtag }),
      },
      num_attached: { get: () => attachments.size },
      timestamp: {
        get: () => settings().timestamp,
        set: (timestamp: boolean) => set({ timestamp }),
      },
      version: { get: () => API_VERSION },
    },
  });
}

const nameOf = ({ tag, sender, interface: iface, pid }: Attachment): string =>
  `{tag:${tag}}  [${sender}/${iface}], pid ${pid ?? 'unknown'}`;

const methodOf = ({ journald, logFile }: LogSettings): string =>
  journald ? 'journald' : logFile === 'stdout:' ? 'stdout:' : 'logfile';
