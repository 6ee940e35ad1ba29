// Bus names and object paths of OpenVPN 3 Linux. Each service's interface has the name of the service.

export const SESSIONS = 'net.openvpn.v3.sessions';
export const BACKENDS = 'net.openvpn.v3.backends';
export const CONFIGURATION = 'net.openvpn.v3.configuration';
export const LOG = 'net.openvpn.v3.log';
export const NETCFG = 'net.openvpn.v3.netcfg';

export const SESSIONS_PATH = '/net/openvpn/v3/sessions';
export const BACKENDS_PATH = '/net/openvpn/v3/backends';
export const CONFIGURATION_PATH = '/net/openvpn/v3/configuration';
export const LOG_PATH = '/net/openvpn/v3/log';
export const NETCFG_PATH = '/net/openvpn/v3/netcfg';

/** The one object of a backend VPN client process. */
export const BACKEND_SESSION_PATH = '/net/openvpn/v3/backends/session';

/** What `session_path` is before the session manager has confirmed the registration. */
export const UNKNOWN_PATH = '/__unknown';

/** The bus name of a backend VPN client process: `net.openvpn.v3.backends.be1234`. */
export const backendName = (pid: number): string => `${BACKENDS}.be${pid}`;
