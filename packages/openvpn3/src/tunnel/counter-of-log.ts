/** The error counters of OpenVPN 3 that a log line of a daemon of OpenVPN 2 can stand for. */
export type LogCounter = (typeof counters)[number][1];

/**
 * Texts of openvpn 2.6, the most particular first. One failure may write several lines, of which one is here;
 * AUTH_FAILED and CLIENT_HALT are not, because the tunnel's machine counts them.
 */
const counters = [
  [/^(?:\[.*\] )?Inactivity timeout \(--ping-(?:restart|exit)\)/, 'KEEPALIVE_TIMEOUT'],
  [/^Inactivity timeout \(--inactive\)/, 'INACTIVE_TIMEOUT'],
  [/^write (?:UDP|TCP).*\(fd=-?\d+,code=\d+\)$/, 'NETWORK_SEND_ERROR'],
  [/^read (?:UDP|TCP).*\(fd=-?\d+,code=\d+\)$/, 'NETWORK_RECV_ERROR'],
  [/^Connection reset, restarting \[/, 'NETWORK_EOF_ERROR'],
  [/^TCP: connect to .* failed: /, 'TCP_CONNECT_ERROR'],
  [/^RESOLVE: Cannot (?:resolve host|parse IP) address: /, 'RESOLVE_ERROR'],
  [/^TCP\/UDP: Incoming packet rejected from /, 'BAD_SRC_ADDR'],
  [/^TLS Error: TLS key negotiation failed to occur within /, 'HANDSHAKE_TIMEOUT'],
  [/^TLS Error: tls-crypt unwrapping failed from /, 'TLS_AUTH_FAIL'],
  [/^TLS Error: cannot locate HMAC in incoming packet from /, 'TLS_AUTH_FAIL'],
  [/^VERIFY (?:KU |EKU |X509NAME |nsCertType )?ERROR\b/, 'CERT_VERIFY_FAIL'],
  [/^TLS Error: --tls-verify\/--peer-fingerprint certificate hash verification failed/, 'CERT_VERIFY_FAIL'],
  [/^Received fatal SSL alert: protocol version/, 'TLS_ALERT_PROTOCOL_VERSION'],
  [/^Received fatal SSL alert: unknown CA/, 'TLS_ALERT_UNKNOWN_CA'],
  [/^Received fatal SSL alert: handshake failure/, 'TLS_ALERT_HANDSHAKE_FAILURE'],
  [/^Received fatal SSL alert: certificate expired/, 'TLS_ALERT_CERTIFICATE_EXPIRED'],
  [/^Received fatal SSL alert: certificate revoked/, 'TLS_ALERT_CERTIFICATE_REVOKED'],
  [/^Received fatal SSL alert: bad certificate$/, 'TLS_ALERT_BAD_CERTIFICATE'],
  [/^Received fatal SSL alert: unsupported certificate/, 'TLS_ALERT_UNSUPPORTED_CERTIFICATE'],
  [/^Received fatal SSL alert: /, 'TLS_ALERT_MISC'],
  [/^Error: private key password verification failed/, 'PEM_PASSWORD_FAIL'],
  [/^Connection reset command was pushed by server /, 'CLIENT_RESTART'],
  [/^(?:Authenticate\/Decrypt packet|AEAD Decrypt) error: bad packet ID/, 'REPLAY_ERROR'],
  [/^Authenticate\/Decrypt packet error: packet HMAC authentication failed/, 'HMAC_ERROR'],
  [/^(?:Authenticate\/Decrypt packet|AEAD Decrypt) error: /, 'DECRYPT_ERROR'],
  [/^ERROR: Cannot (?:ioctl TUNSETIFF|open TUN\/TAP dev) /, 'TUN_SETUP_FAILED'],
  [/^read from TUN\/TAP .*\(fd=-?\d+,code=\d+\)$/, 'TUN_READ_ERROR'],
  [/^write to TUN\/TAP .*\(fd=-?\d+,code=\d+\)$/, 'TUN_WRITE_ERROR'],
  [/^HTTP proxy returned bad status/, 'PROXY_ERROR'],
  [/^(?:recv_socks_reply|socks_handshake|socks_username_password_auth): /, 'PROXY_ERROR'],
] as const;

/**
 * All of them at once. Most lines tell of no failure, and a tunnel that connects writes many: one expression that is
 * tried at the first character alone costs a fraction of all of them one by one.
 */
const anyOfThem = new RegExp(counters.map(([pattern]) => pattern.source.slice(1)).join('|'), 'y');

/** The counter that a line of the daemon's log stands for; `undefined` for a line that tells of no counted failure. */
export function counterOfLog(text: string): LogCounter | undefined {
  anyOfThem.lastIndex = 0;
  return anyOfThem.test(text) ? counters.find(([pattern]) => pattern.test(text))?.[1] : undefined;
}
