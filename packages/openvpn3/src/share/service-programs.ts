import { BACKENDS, CONFIGURATION, LOG, NETCFG, SESSIONS } from '../contract/names.ts';

/** The services, by what `ovpnkit service` calls them. */
export const serviceNames = [
  'log',
  'configuration-manager',
  'backend-starter',
  'session-manager',
  'netcfg',
] as const;

export type ServiceName = (typeof serviceNames)[number];

export type ServiceProgram = {
  readonly busName: string;
  /** The file's name, after that of the deployed program, which administrators see in `ps`. */
  readonly file: string;
  /** Whom D-Bus starts it as. The starter needs root for a moment, to keep one capability. */
  readonly startedAs: 'root' | 'user';
  readonly summary: string;
};

export const servicePrograms: Readonly<Record<ServiceName, ServiceProgram>> = {
  log: {
    busName: LOG,
    file: 'openvpn3-service-log',
    startedAs: 'user',
    summary: 'OpenVPN 3 log service (ovpnkit)',
  },
  'configuration-manager': {
    busName: CONFIGURATION,
    file: 'openvpn3-service-configmgr',
    startedAs: 'user',
    summary: 'OpenVPN 3 configuration manager (ovpnkit)',
  },
  'backend-starter': {
    busName: BACKENDS,
    file: 'openvpn3-service-backendstart',
    startedAs: 'root',
    summary: 'OpenVPN 3 backend starter (ovpnkit)',
  },
  'session-manager': {
    busName: SESSIONS,
    file: 'openvpn3-service-sessionmgr',
    startedAs: 'user',
    summary: 'OpenVPN 3 session manager (ovpnkit)',
  },
  netcfg: {
    busName: NETCFG,
    file: 'openvpn3-service-netcfg',
    startedAs: 'user',
    summary: 'OpenVPN 3 network configuration (ovpnkit)',
  },
};
