import { connectionsOf } from './connections.ts';
import { lastDirective } from './last-directive.ts';
import type { Profile } from './parse-profile.ts';

export type Remote = { readonly host: string; readonly port: number; readonly protocol: 'udp' | 'tcp' };

/** Where the daemon goes first, unless it is told to draw lots. Undefined when the profile names nothing. */
export function firstRemote(profile: Profile): Remote | undefined {
  const [connection = []] = connectionsOf(profile);
  const [host, port, protocol] = lastDirective(connection, 'remote')?.parameters ?? [];
  if (host === undefined) return undefined;
  const directives = [...profile.directives, ...connection];
  const defaultPort = lastDirective(directives, 'rport', 'port')?.parameters[0];
  const defaultProtocol = lastDirective(directives, 'proto')?.parameters[0];
  return {
    host,
    port: Number(port ?? defaultPort ?? 1194),
    protocol: (protocol ?? defaultProtocol)?.startsWith('tcp') ? 'tcp' : 'udp',
  };
}
