import { DBusError, standardError } from '@ovpnkit/dbus';

/** The error domains of OpenVPN 3 Linux, by what they are about. */
export const errorDomains = {
  authorization: 'net.openvpn.gdbuspp',
  request: 'net.openvpn.gdbuspp.request',
  registration: 'net.openvpn.v3.error.be-registration',
  client: 'net.openvpn.v3.error.client',
  ready: 'net.openvpn.v3.error.ready',
  log: 'net.openvpn.v3.log.error',
  netcfg: 'net.openvpn.v3.netcfg.error',
} as const;

export type ErrorDomain = keyof typeof errorDomains;

/**
 * An error as GDBus++ puts it on the wire, name and message both. Front ends read the message's prefix: without it the
 * deployed `openvpn3 session-start` does not ask for credentials.
 */
export function glibError(domain: ErrorDomain, text: string): DBusError {
  const name = errorDomains[domain];
  const quark = [...name].map(each => (/[a-zA-Z0-9]/.test(each) ? each : `_${hex(each)}`)).join('');
  return new DBusError(`org.gtk.GDBus.UnmappedGError.Quark._${quark}.Code36`, `GDBus.Error:${name}: ${text}`);
}

const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(2, '0');

/** The text of an error without the prefix of its domain, as front ends show it. */
export const errorText = (message: string): string =>
  message.replace(/^GDBus\.Error:net\.openvpn\.[\w.-]+: */, '');

export const accessDenied = (text: string): DBusError => standardError('AccessDenied', text);
export const invalidArgs = (text: string): DBusError => standardError('InvalidArgs', text);
export const failed = (text: string): DBusError => standardError('Failed', text);
