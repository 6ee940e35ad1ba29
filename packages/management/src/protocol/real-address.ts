import { parseInteger } from './field.ts';
import { IpAddress, isIpv4 } from './ip-address.ts';

/**
 * Where a peer comes from, in any of the forms that OpenVPN 2.3 to 2.7 print: `198.51.100.7:49152`, `2001:db8::7`
 * (IPv6 up to 2.6, without its port), `udp4:198.51.100.7:49152`, `tcp6-server:[2001:db8::7]:49152`. Prints as the
 * daemon printed it, which is what `kill()` takes.
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

  get address(): IpAddress {
    const address = IpAddress.parse(split(this.text)?.host ?? '');
    if (!address) throw new TypeError(`${this.text} is no address`); // parse() lets none through
    return address;
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

type Parts = { protocol: string | undefined; host: string; port: number | undefined };

function split(text: string): Parts | undefined {
  if (IpAddress.test(text)) return { protocol: undefined, host: text, port: undefined };
  const [, protocol, bracketed, ipv4 = '', port = ''] =
    /^(?:([a-z][a-z0-9-]*):)?(?:\[([0-9a-fA-F:.]+)(?:%[^\]]*)?\]|([0-9.]+)):(\d+)$/.exec(text) ?? [];
  const host = bracketed ?? ipv4;
  return IpAddress.test(host) ? withPort(protocol, host, port) : undefined;
}

function withPort(protocol: string | undefined, host: string, digits: string): Parts | undefined {
  const port = parseInteger(digits);
  return port === undefined || port > 65_535 ? undefined : { protocol, host, port };
}
