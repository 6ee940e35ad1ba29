/**
 * An IPv4 or IPv6 address: prints as the text it came from, compares and sorts by number, IPv4 before IPv6.
 * `addresses.sort(IpAddress.compare)`.
 */
export class IpAddress {
  readonly #text: string;
  /**
   * The interface on which an IPv6 address of this link only is to be reached, by its name or its number: `eth0` of
   * `fe80::1%eth0`. `undefined` for all other addresses, and for those that {@link parse} made.
   */
  readonly zone: string | undefined;
  #number: bigint | undefined;

  private constructor(text: string, zone?: string) {
    this.#text = text;
    this.zone = zone;
  }

  /** The address that `text` is, or `undefined` when it is none. No prefix length, port, brackets or zone. */
  static parse(text: string): IpAddress | undefined {
    if (isIpv4(text)) return new IpAddress(text);
    return isIpv6(text) ? new IpAddress(text) : undefined;
  }

  /** The same, where an IPv6 address may have a zone. */
  static parseScoped(text: string): IpAddress | undefined {
    const percent = text.indexOf('%');
    if (percent === -1) return IpAddress.parse(text);
    const zone = text.slice(percent + 1);
    return isIpv6(text.slice(0, percent)) && isZone(zone) ? new IpAddress(text, zone) : undefined;
  }

  /** Whether `text` is an address, without making one. */
  static test(text: string): boolean {
    return isIpv4(text) || isIpv6(text);
  }

  get version(): 4 | 6 {
    return this.#text.includes(':') ? 6 : 4;
  }

  static compare(a: IpAddress, b: IpAddress): number {
    if (a.version !== b.version) return a.version - b.version;
    const [left, right] = [a.toBigInt(), b.toBigInt()];
    return left < right ? -1 : left > right ? 1 : compareText(a.zone ?? '', b.zone ?? '');
  }

  equals(other: IpAddress): boolean {
    return IpAddress.compare(this, other) === 0;
  }

  /** The 32 or 128 bits of the address. */
  toBigInt(): bigint {
    this.#number ??= this.version === 4 ? ipv4Number(this.#text) : ipv6Number(this.#text);
    return this.#number;
  }

  toString(): string {
    return this.#text;
  }

  toJSON(): string {
    return this.#text;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `IpAddress ${this.#text}`;
  }
}

/** Whether the part of `text` from `start` to `end` is an IPv4 address. */
export function isIpv4(text: string, start = 0, end = text.length): boolean {
  if (end - start < 7 || end - start > 15) return false;
  let dots = 0;
  let digits = 0;
  let octet = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x2e) {
      if (digits === 0) return false;
      dots++;
      digits = 0;
      octet = 0;
    } else if (code >= 0x30 && code <= 0x39) {
      if (digits > 0 && octet === 0) return false; // a leading zero reads as octal in some programs
      octet = octet * 10 + code - 0x30;
      if (++digits > 3 || octet > 255) return false;
    } else return false;
  }
  return dots === 3 && digits > 0;
}

/** Scans instead of splitting: a status of 100,000 clients has half a million addresses. */
function isIpv6(text: string): boolean {
  const { length } = text;
  if (length < 2 || length > 45) return false;
  let groups = 0;
  let digits = 0;
  let compressed = false;
  let groupStart = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x3a) {
      if (digits > 0) groups++;
      else if (index === 0 ? text.charCodeAt(1) !== 0x3a : compressed) return false;
      if (text.charCodeAt(index + 1) === 0x3a) {
        if (compressed) return false;
        compressed = true;
        index++;
      } else if (index === length - 1) return false;
      digits = 0;
      groupStart = index + 1;
    } else if (code === 0x2e) {
      // The last two groups may be written as IPv4.
      if (!isIpv4(text, groupStart)) return false;
      return compressed ? groups + 2 < 8 : groups + 2 === 8;
    } else {
      const letter = code | 0x20;
      const hexadecimal = (code >= 0x30 && code <= 0x39) || (letter >= 0x61 && letter <= 0x66);
      if (!hexadecimal || ++digits > 4) return false;
    }
  }
  if (digits > 0) groups++;
  return compressed ? groups < 8 : groups === 8;
}

/** What the system may call an interface: no space, slash or colon; and nothing that addresses are set in. */
function isZone(text: string): boolean {
  return /^[^\s/:%()[\]]+$/.test(text);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function ipv4Number(text: string): bigint {
  return BigInt(text.split('.').reduce((number, octet) => number * 256 + Number(octet), 0));
}

/** The number of a valid IPv6 address, the gap of `::` filled with zeros. */
function ipv6Number(text: string): bigint {
  const [bare = ''] = text.split('%', 1);
  const [head = [], tail = []] = bare
    .split('::')
    .map(half => (half === '' ? [] : half.split(':').flatMap(group)));
  const gap = Array<bigint>(8 - head.length - tail.length).fill(0n);
  return [...head, ...gap, ...tail].reduce((number, bits) => (number << 16n) | bits, 0n);
}

function group(text: string): bigint[] {
  if (!text.includes('.')) return [BigInt(`0x${text}`)];
  const embedded = ipv4Number(text);
  return [embedded >> 16n, embedded & 0xffffn];
}
