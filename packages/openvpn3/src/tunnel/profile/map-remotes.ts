import { formatDirective } from './format-directive.ts';
import { lastDirective } from './last-directive.ts';
import { type Directive, type Profile, parseProfile } from './parse-profile.ts';

/** A `remote` with all that it may leave to other directives or to openvpn. */
export type FullRemote = { readonly host: string; readonly port: string; readonly protocol: string };

type Defaults = Omit<FullRemote, 'host'>;

/** The profile with each `remote` changed, those within `<connection>` too; undefined leaves the remote out. */
export function mapRemotes(
  profile: Profile,
  change: (remote: FullRemote) => FullRemote | undefined,
): Profile {
  const mapWithin = (directives: readonly Directive[], outer: Defaults): readonly Directive[] => {
    const defaults = {
      port: lastDirective(directives, 'rport', 'port')?.parameters[0] ?? outer.port,
      protocol: lastDirective(directives, 'proto')?.parameters[0] ?? outer.protocol,
    };
    return directives.flatMap(directive => {
      if (directive.name === 'connection') return mapConnection(directive, defaults);
      const [host, port = defaults.port, protocol = defaults.protocol] = directive.parameters;
      if (directive.name !== 'remote' || host === undefined) return [directive];
      const changed = change({ host, port, protocol });
      return changed ? [{ ...directive, parameters: [changed.host, changed.port, changed.protocol] }] : [];
    });
  };
  const mapConnection = (connection: Directive, defaults: Defaults): readonly Directive[] => {
    const { directives } = parseProfile(connection.body ?? '', connection.line + 1);
    const inner = mapWithin(directives, defaults);
    if (!inner.some(({ name }) => name === 'remote')) return [];
    return [{ ...connection, body: inner.map(formatDirective).join('') }];
  };
  return { directives: mapWithin(profile.directives, { port: '1194', protocol: 'udp' }) };
}
