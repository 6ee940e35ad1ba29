import { DBusError } from '@ovpnkit/dbus';
import { type Configurations, parseStatus, type Session, type Status, statusText } from '@ovpnkit/openvpn3';
import { printable } from '../output/printable.ts';
import { formatTime } from '../output/quantity.ts';
import { fromUnixTime } from './configuration-summary.ts';
import { userName } from './user-names.ts';

/** What the list of sessions tells of one; `undefined` is what could not be read. */
export type SessionSummary = {
  readonly path: string;
  readonly created: Date | undefined;
  readonly pid: number | undefined;
  readonly owner: string | undefined;
  readonly device: string | undefined;
  readonly configuration: string | undefined;
  /** What the configuration is called now; `undefined` when it is gone, or not for this user. */
  readonly currentName: string | undefined;
  /** `udp:198.51.100.7:1194` */
  readonly connectedTo: string | undefined;
  readonly sessionName: string | undefined;
  readonly status: Status | undefined;
};

export async function summarizeSession(
  configurations: Configurations,
  session: Session,
): Promise<SessionSummary> {
  const known = (await orUndefined(session.properties())) ?? {};
  const { config_path, config_name, connected_to, session_name, status, owner } = known;
  const [protocol, address, port] = connected_to ?? ['', '', 0];
  return {
    path: session.path,
    created: known.session_created === undefined ? undefined : fromUnixTime(known.session_created),
    pid: known.backend_pid,
    owner: owner === undefined ? undefined : await userName(owner),
    device: known.device_name,
    configuration: config_name,
    currentName: config_path && (await orUndefined(configurations.at(config_path).get('name'))),
    connectedTo: protocol
      ? `${protocol}:${address.includes(':') ? `[${address}]` : address}:${port}`
      : undefined,
    sessionName: session_name || undefined,
    status: status && parseStatus(status),
  };
}

/** Lines without the rules between sessions. */
export function formatSession(session: SessionSummary): string[] {
  const row = (label: string, value: string) => `${label.padStart(12)}: ${value}`;
  const pair = (label: string, value: string, second: string, more: string) =>
    `${row(label, value.padEnd(39))}${second.padStart(6)}: ${more}`;
  const { created, pid, owner, device, configuration, connectedTo, sessionName, status } = session;
  return [
    row('Path', session.path),
    pair('Created', created ? formatTime(created) : '(Not available)', 'PID', String(pid ?? '-')),
    pair('Owner', printable(owner ?? '(not available)'), 'Device', printable(device ?? '(None)')),
    ...(configuration === undefined
      ? []
      : [row('Config name', formatName(configuration, session.currentName))]),
    ...(connectedTo === undefined ? [] : [row('Connected to', printable(connectedTo))]),
    ...(connectedTo === undefined && sessionName !== undefined
      ? [row('Session name', printable(sessionName))]
      : []),
    row('Status', status ? formatStatus(status) : '(No status)'),
  ];
}

function formatName(name: string, currentName: string | undefined): string {
  if (currentName === undefined) return `${printable(name)}  (Config not available)`;
  return currentName === name
    ? printable(name)
    : `${printable(name)}  (Current name: ${printable(currentName)})`;
}

const formatStatus = (status: Status): string =>
  status.minor === 'SESS_AUTH_URL' ? 'Web authentication required to connect' : printable(statusText(status));

async function orUndefined<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof DBusError) return undefined;
    throw error;
  }
}
