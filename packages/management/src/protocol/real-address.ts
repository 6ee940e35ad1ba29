import { parseInteger } from './field.ts';
import { IpAddress, isIpv4 } from './ip-address.ts';

/**
 * Where a peer comes from, in any of the forms that OpenVPN 2.3 to 2.7 print: `198.51.100.7:49152`, `2001:db8::7`
 * (IPv6 up to 2.6, without its port), `udp4:198.51.100.7:49152`, `tcp6-server:[fe80::7%eth0]:49152` (since 2.7),
 * `::ffff:198.51.100.7(49152)` (2.3). Prints as the daemon printed it, which `disconnectClients()` takes; the daemon's
 * own `kill` takes it up to 2.6 and for IPv4 only.
 */
export class RealAddress {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** `undefined` when the text is no such address. */
  static parse(text: string): RealAddress | undefined {
    return isPlain(text) || split(text) ? new RealAddress(text) : undefined;
  }

  /** Such as `udp4` or `tcp4-server`. Since OpenVPN 2.7. */
  get protocol(): string | undefined {
    return split(this.text)?.protocol;
  }

  /** Without its zone. */
  get address(): IpAddress {
    const address = IpAddress.parse(split(this.text)?.host ?? '');
    if (!address) throw new TypeError(`${this.text} is no address`); // parse() lets none through
    return address;
  }

  /** The interface of the server on which it comes, `eth0` or `3`, for addresses of a link alone (`fe80::`). */
  get zone(): string | undefined {
    return split(this.text)?.zone;
  }

  /** `undefined` for IPv6 up to OpenVPN 2.6. */
  get port(): number | undefined {
    return split(this.text)?.port;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}

/** The common case of up to 2.6, 198.51.100.7:49152, without cutting it: a large status has many of them. */
function isPlain(text: string): boolean {
  const colon = text.indexOf(':');
  if (colon === -1 || !isIpv4(text, 0, colon)) return false;
  const port = parseInteger(text, colon + 1);
  return port !== undefined && port <= 65_535;
}

type Parts = {
  protocol: string | undefined;
  host: string;
  zone: string | undefined;
  port: number | undefined;
};

/** Since 2.7, with the protocol and brackets; and IPv4 of all versions. */
const bracketed = /^(?:([a-z][a-z0-9-]*):)?(?:\[([0-9a-fA-F:.]+)(?:%([^\]]+))?\]|([0-9.]+)):(\d+)$/;
/**
 * IPv6 with its port and without brackets: `::ffff:198.51.100.7(49152)`, `::ffff:198.51.100.7:49152`,
 * `fe80::7%eth0:49152`. Only behind an IPv4 address or a zone it is certain that what follows is the port.
 */
const bare =
  /^([0-9a-fA-F:.]+)(?:%([^()%]+))?\((\d+)\)$|^([0-9a-fA-F:]+:\d+\.[0-9.]+|[0-9a-fA-F:.]+%([^:%]+)):(\d+)$/;

function split(text: string): Parts | undefined {
  const scoped = IpAddress.parseScoped(text);
  if (scoped) return { protocol: undefined, host: hostOf(text), zone: scoped.zone, port: undefined };
  const [all, protocol, ipv6, zone, ipv4 = '', port = ''] = bracketed.exec(text) ?? [];
  if (all !== undefined) return checked(protocol, ipv6 ?? ipv4, zone, port);
  const [, host, inner, digits, outer, scope, behind = ''] = bare.exec(text) ?? [];
  return host === undefined
    ? checked(undefined, hostOf(outer ?? ''), scope, behind)
    : checked(undefined, host, inner, digits ?? '');
}

/** An address without its zone. */
function hostOf(text: string): string {
  const percent = text.indexOf('%');
  return percent === -1 ? text : text.slice(0, percent);
}

function checked(
  protocol: string | undefined,
  host: string,
  zone: string | undefined,
  digits: string,
): Parts | undefined {
  const port = parseInteger(digits);
  if (port === undefined || port > 65_535) return undefined;
  const address = zone === undefined ? IpAddress.parse(host) : IpAddress.parseScoped(`${host}%${zone}`);
  return address && { protocol, host, zone, port };
}
