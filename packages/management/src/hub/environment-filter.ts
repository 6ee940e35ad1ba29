// What `env-filter` of the daemon leaves of an event, so that the hub can filter for each program by itself.
const always = [
  'username=',
  'password=',
  'X509_0_CN=',
  'tls_serial_',
  'untrusted_ip=',
  'ifconfig_local=',
  'ifconfig_netmask=',
  'daemon_start_time=',
  'daemon_pid=',
  'dev=',
  'ifconfig_pool_remote_ip=',
  'ifconfig_pool_netmask=',
  'time_duration=',
  'bytes_sent=',
  'bytes_received=',
  'session_id=',
  'session_state=',
];

const envPrefix = '>CLIENT:ENV,';
const peerInformation = /^(?:IV_|UV_|ID=)/;
const asks = /^>CLIENT:(?:CONNECT|REAUTH|CR_RESPONSE),/;

/**
 * The lines of one event as a daemon at this level sends them, made from those of level 0.
 *
 * Above 0, what the client said of itself (`IV_*`, `UV_*`, and `ID` from 2.8 on) comes first, in the client's own order, in events that ask
 * (CONNECT, REAUTH, CR_RESPONSE); then, at 1 and below 0, all `X509_*` and a list of 17 names, at 2 the list alone,
 * from 3 on nothing. UPDOWN is not filtered. Recorded on 2.6.14.
 */
export function filterEnvironment(lines: readonly string[], level: number): readonly string[] {
  const [header = '', ...block] = lines;
  if (level === 0 || block.length === 0 || !header.startsWith('>CLIENT:')) return lines;
  const variables = block.slice(0, -1).map(line => line.slice(envPrefix.length));
  const peer =
    level > 0 && asks.test(header) ? variables.filter(name => peerInformation.test(name)).reverse() : [];
  const kept = variables.filter(variable => isKept(variable, level));
  return [header, ...[...peer, ...kept].map(variable => envPrefix + variable), ...block.slice(-1)];
}

function isKept(variable: string, level: number): boolean {
  if (level >= 3) return false;
  return (level <= 1 && variable.startsWith('X509_')) || always.some(name => variable.startsWith(name));
}
