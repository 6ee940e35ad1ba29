import { connectionsOf } from './connections.ts';
import { lastDirective } from './last-directive.ts';
import type { Profile } from './parse-profile.ts';

/**
 * Whether openvpn 2.6 keeps the data channel in its own process because of this profile, even when the kernel could take
 * it. Each of these rules is one of the notes that it logs.
 */
export function refusesDco(profile: Profile): boolean {
  const directives = [...profile.directives, ...connectionsOf(profile).flat()];
  const lastOf = (...names: string[]): readonly string[] | undefined =>
    lastDirective(directives, ...names)?.parameters;
  const compress = lastOf('compress');
  const compatibleWith = lastOf('compat-mode')?.[0]?.split('.').map(Number);
  const ciphers = [
    ...(lastOf('data-ciphers', 'ncp-ciphers')?.[0]?.split(':') ?? []),
    ...(lastOf('data-ciphers-fallback') ?? []),
    // To a peer before 2.4, which does not negotiate, the one cipher is all there is.
    ...(compatibleWith && isBefore24(compatibleWith) ? (lastOf('cipher') ?? []) : []),
  ];
  return (
    directives.some(({ name }) =>
      ['disable-dco', 'fragment', 'http-proxy', 'socks-proxy', 'comp-lzo'].includes(name),
    ) ||
    (compress !== undefined && compress[0] !== 'migrate') ||
    (lastOf('allow-compression') ?? ['no'])[0] !== 'no' ||
    ciphers.some(cipher => !/^\??(AES-(128|192|256)-GCM|CHACHA20-POLY1305)$/i.test(cipher))
  );
}

const isBefore24 = ([major = 0, minor = 0]: readonly number[]): boolean =>
  major < 2 || (major === 2 && minor < 4);
