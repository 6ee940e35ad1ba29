import { IpAddress } from './ip-address.ts';
import { RealAddress } from './real-address.ts';
import type { Client, Route, ServerStatus } from './status.ts';

/** The number of `cid:7`; `undefined` for every other target. A name never counts as one. */
export function parseCidTarget(target: string): number | undefined {
  const digits = /^cid:(\d{1,15})$/.exec(target)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * The clients of a status that a user may mean with this text: the one with this CID (`cid:7`), or all that have it as
 * their common name, user name, real address or virtual address. Addresses are meant as printed anywhere in the status,
 * also by another version (without the protocol, or with `udp` for `udp4`), or without their port, and whichever way
 * they are written.
 */
export function findClients({ clients, routes }: ServerStatus, target: string): Client[] {
  const cid = parseCidTarget(target);
  if (cid !== undefined) return clients.filter(client => client.cid === cid);
  const isReal = realAddressMatch(target);
  const isVirtual = virtualAddressMatch(target);
  // A network behind a client, or the MAC address of a bridged one, stands in the routing table alone.
  const behind = new Set(routes.filter(route => printedAddress(route) === target).map(place));
  return clients.filter(
    client =>
      client.commonName === target ||
      client.username === target ||
      isReal(client.realAddress) ||
      isVirtual(client) ||
      (behind.size > 0 && behind.has(place(client))),
  );
}

function realAddressMatch(target: string): (real: RealAddress) => boolean {
  const wanted = RealAddress.parse(target);
  if (!wanted) return () => false;
  const { port, protocol, zone } = wanted;
  const number = unmapped(wanted.address);
  return real =>
    real.text === target ||
    (unmapped(real.address) === number &&
      (port === undefined || real.port === port) &&
      (zone === undefined || real.zone === zone) &&
      (protocol === undefined || transport(real.protocol) === transport(protocol)));
}

function virtualAddressMatch(target: string): (client: Client) => boolean {
  const wanted = IpAddress.parse(target);
  if (!wanted) return () => false;
  return ({ virtualIpv4, virtualIpv6 }) =>
    virtualIpv4?.equals(wanted) === true || virtualIpv6?.equals(wanted) === true;
}

/** An address of the routing table, without the mark of those that were learned. */
function printedAddress({ virtualAddress, prefixLength, vid }: Route): string {
  if (prefixLength !== undefined) return `${virtualAddress}/${prefixLength}`;
  return vid === undefined ? virtualAddress : `${virtualAddress}@${vid}`;
}

/** What tells the rows of one client in both tables; up to OpenVPN 2.6 IPv6 has no port there, and two may share it. */
function place({ commonName, realAddress }: Client | Route): string {
  return `${realAddress}\t${commonName}`;
}

/** `udp` of `udp4`, `tcp` of `tcp6-server`. */
function transport(protocol: string | undefined): string | undefined {
  return protocol?.slice(0, 3);
}

/** The number of an address, of `::ffff:198.51.100.7` that of its IPv4 address: so a socket for both versions sees it. */
function unmapped(address: IpAddress): string {
  const number = address.toBigInt();
  if (address.version === 4) return `4 ${number}`;
  return number >> 32n === 0xffffn ? `4 ${number & 0xffff_ffffn}` : `6 ${number}`;
}
