/** A unix socket, or a TCP port (of this host by default). */
export type Endpoint = { path: string } | { host?: string; port: number };

/** Where the daemon is: it listens there, or, started with `management-client`, it dials where we listen. */
export type Target = Endpoint | { listen: Endpoint };

export const localhost = '127.0.0.1';

export function isListening(target: Target): target is { listen: Endpoint } {
  return 'listen' in target;
}

/** `/run/openvpn/server.sock` or `localhost:7505`, `[::1]:7505`. */
export function formatEndpoint(endpoint: Endpoint): string {
  if ('path' in endpoint) return endpoint.path;
  const host = endpoint.host ?? localhost;
  return `${host.includes(':') ? `[${host}]` : host}:${endpoint.port}`;
}
