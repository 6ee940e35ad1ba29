import type { LogCounter } from './counter-of-log.ts';

/**
 * Failures that no further attempt mends, with the text of the deployed program. A daemon of OpenVPN 2 goes on trying;
 * who waits for a connection is better served by the reason.
 */
export function failureCause(counter: LogCounter | undefined): string | undefined {
  switch (counter) {
    case 'CERT_VERIFY_FAIL':
      return 'Certificate verification failed';
    case 'TLS_ALERT_PROTOCOL_VERSION':
      return 'TLS version too low';
    case 'PROXY_ERROR':
      return 'Proxy connection error';
    case 'TLS_ALERT_UNKNOWN_CA':
    case 'TLS_ALERT_HANDSHAKE_FAILURE':
    case 'TLS_ALERT_CERTIFICATE_EXPIRED':
    case 'TLS_ALERT_CERTIFICATE_REVOKED':
    case 'TLS_ALERT_BAD_CERTIFICATE':
    case 'TLS_ALERT_UNSUPPORTED_CERTIFICATE':
    case 'TLS_ALERT_MISC':
      return 'Unspecified TLS error during connection setup';
    default:
      return undefined;
  }
}

/** The last words of a daemon, and what to do about them when it may not make its device. */
export function explainFatal(text: string): string {
  if (/TUNSETIFF.*\(errno=1\)/.test(text))
    return (
      'The OpenVPN daemon lacks the capability CAP_NET_ADMIN to make its tunnel device; let the service ' +
      `net.openvpn.v3.backends be started as root, or run 'setcap cap_net_admin+ep' on openvpn (${text})`
    );
  if (/Cannot open TUN\/TAP dev/.test(text))
    return `The OpenVPN daemon cannot open the tunnel device; load the kernel module tun and let everybody read and write /dev/net/tun (${text})`;
  return text;
}

/** Why a daemon ends by itself, from its last state, where that says it: limits that the profile sets. */
export function explainEnd(description: string): string | undefined {
  switch (description) {
    case 'session-timeout':
      return 'The session has lasted as long as it may (session-timeout)';
    case 'ping-exit':
      return 'The server has not been heard of for too long (ping-exit)';
    default:
      return undefined;
  }
}
