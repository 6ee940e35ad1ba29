import type { Endpoint, Target } from '@ovpnkit/management';
import { UsageError } from './usage-error.ts';

/**
 * Where a daemon is, as users write it: `unix:/path`, `/path`, `tcp:host:port`, `host:port`, an IPv6 host in brackets.
 * `listen:` before any of these waits there for a daemon that was started with `management-client`.
 */
export function parseAddress(text: string): Target {
  if (text.startsWith('listen:')) return { listen: parseEndpoint(text.slice('listen:'.length)) };
  return parseEndpoint(text);
}

/** The address as users write it, with its kind in front. */
export function formatAddress(target: Target): string {
  if ('listen' in target) return `listen:${formatAddress(target.listen)}`;
  if ('path' in target) return `unix:${target.path}`;
  const { host = 'localhost', port } = target;
  return `tcp:${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function parseEndpoint(text: string): Endpoint {
  if (text.startsWith('unix:') && text !== 'unix:') return { path: text.slice('unix:'.length) };
  if (/^\.{0,2}\//.test(text)) return { path: text };
  const [, host, plain, digits] = /^(?:tcp:)?(?:\[([^[\]]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (port >= 1 && port <= 65_535) return { host: host ?? plain ?? '', port };
  throw new UsageError('write unix:/run/openvpn/server.sock or tcp:localhost:7505, or listen: before either');
}
