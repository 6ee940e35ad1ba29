import { type ObjectServer, Variant } from '@ovpnkit/dbus';
import {
  type AttentionGroup,
  type AttentionType,
  attentionGroup,
  ClientAttentionType,
} from '../../contract/attention.ts';
import { BackendClientDocumented, BackendClientV27 } from '../../contract/backend-client.ts';
import type { Dialect } from '../../contract/dialect.ts';
import { LogCategory, type LogCategoryName, LogGroup, passesLogLevel } from '../../contract/log.ts';
import { BACKEND_SESSION_PATH, backendName } from '../../contract/names.ts';
import { formatStatus, type Status } from '../../contract/status.ts';
import type { LogFile } from '../host/log-file.ts';
import type { ServiceNames } from './service-names.ts';

/** The signals of a backend: each goes to the session manager and to the log service, and to nobody else. */
export type Announcer = {
  status(status: Status): void;
  attention(type: AttentionType, group: AttentionGroup, message: string): void;
  log(category: LogCategoryName, message: string): void;
  /** To the session manager alone. */
  registrationRequest(): void;
  logLevel: number;
  /** The property `last_log_line`. */
  readonly lastLogLine: Map<string, Variant>;
};

export function createAnnouncer(
  server: Pick<ObjectServer, 'emit'>,
  names: ServiceNames,
  {
    token,
    dialect,
    logLevel,
    file,
  }: { token: string; dialect: Dialect; logLevel: number; file: LogFile | undefined },
): Announcer {
  const path = BACKEND_SESSION_PATH;
  let lastLogLine = new Map<string, Variant>();

  /** The log service first: at the end of a session the session manager tells it to forward no more. */
  const toBoth = (send: (to: string) => void): void => {
    for (const to of [names.log, names.sessions]) if (to !== undefined) send(to);
  };

  // In what the server says, a lone surrogate stands for a byte that is no text, and that no signal can carry.
  const announcer: Announcer = {
    logLevel,
    get lastLogLine() {
      return lastLogLine;
    },
    status(status) {
      const args = formatStatus(status);
      toBoth(to => server.emit(path, BackendClientV27, 'StatusChange', args, { to }));
    },
    attention(type, group, message) {
      const args: [number, number, string] = [
        ClientAttentionType[type],
        attentionGroup(group, dialect),
        message.toWellFormed(),
      ];
      toBoth(to => server.emit(path, BackendClientV27, 'AttentionRequired', args, { to }));
    },
    log(category, text) {
      const message = text.toWellFormed();
      if (!passesLogLevel(category, announcer.logLevel)) return;
      const [group, code] = [LogGroup.CLIENT, LogCategory[category]];
      lastLogLine = new Map<string, Variant>([
        ['log_group', new Variant('u', group)],
        ['log_category', new Variant('u', code)],
        ['log_message', new Variant('s', message)],
      ]);
      file?.write(category, message);
      toBoth(to => server.emit(path, BackendClientV27, 'Log', [group, code, token, message], { to }));
    },
    registrationRequest() {
      const to = names.sessions;
      if (to === undefined) return;
      const name = backendName(process.pid);
      if (dialect === 'v27')
        server.emit(path, BackendClientV27, 'RegistrationRequest', [name, token, process.pid], { to });
      else server.emit(path, BackendClientDocumented, 'RegistrationRequest', [name, token], { to });
    },
  };
  return announcer;
}
