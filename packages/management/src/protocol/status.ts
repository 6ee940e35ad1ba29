import type { IpAddress } from './ip-address.ts';
import type { RealAddress } from './real-address.ts';

/** A row of the client list. What a daemon of that version or that format does not print is `undefined`. */
export type Client = {
  /** `UNDEF` before the client is authenticated. */
  readonly commonName: string;
  readonly realAddress: RealAddress;
  readonly virtualIpv4: IpAddress | undefined;
  readonly virtualIpv6: IpAddress | undefined;
  readonly bytesReceived: bigint;
  readonly bytesSent: bigint;
  readonly connectedSince: Date;
  /** `undefined` also for a client without a user name, which the daemon prints as `UNDEF`. */
  readonly username: string | undefined;
  /** What the `client-` commands take. Since OpenVPN 2.4, formats 2 and 3. */
  readonly cid: number | undefined;
  readonly peerId: number | undefined;
  /** The data channel's cipher. Since OpenVPN 2.5, formats 2 and 3. */
  readonly cipher: string | undefined;
};

/** A row of the routing table. */
export type Route = {
  /** The address as printed, without flags: IPv4, IPv6, or the MAC address of a bridged client. */
  readonly virtualAddress: string;
  /** The same as a value; `undefined` for a MAC address. */
  readonly address: IpAddress | undefined;
  /** The length of a network behind the client (`iroute`). */
  readonly prefixLength: number | undefined;
  /** The VLAN of a bridged client. */
  readonly vid: number | undefined;
  /** Learned from traffic rather than configured: printed with a `C` behind the address. */
  readonly cached: boolean;
  readonly commonName: string;
  readonly realAddress: RealAddress;
  readonly lastReference: Date;
};

/** One piece of a status, in the order that the daemon prints them. */
export type StatusRow =
  /** `OpenVPN 2.6.14 x86_64-pc-linux-gnu …`; `OpenVPN CLIENT LIST` in format 1. */
  | { readonly type: 'title'; readonly title: string }
  /** When the daemon made this status. */
  | { readonly type: 'time'; readonly time: Date }
  | { readonly type: 'client'; readonly client: Client }
  | { readonly type: 'route'; readonly route: Route }
  /** Such as `Max bcast/mcast queue length` or `dco_enabled`, or the counters of a client. */
  | { readonly type: 'statistic'; readonly name: string; readonly value: bigint }
  /** A row that cannot be read with certainty. Formats 1 and 2 do not escape commas in names. */
  | { readonly type: 'malformed'; readonly line: string }
  /** The last row of a status that is not whole: why the rest is missing. */
  | { readonly type: 'cut'; readonly problem: string };

/**
 * A status as it came. `mode` tells which daemon answered; a client answers every format alike.
 *
 * It may be less than the whole, because a daemon loses all rows behind one of 512 bytes, and a file may be cut: then
 * `complete` is false, `problem` says why, and who or what is not in it may be there all the same.
 */
export type Status = ServerStatus | ClientStatus | UnknownStatus;

/** Whether this is all that the daemon had to tell. */
export type Completeness =
  | { readonly complete: true; readonly problem?: undefined }
  | { readonly complete: false; readonly problem: string };

export type ServerStatus = Completeness & {
  readonly mode: 'server';
  readonly title: string;
  readonly time: Date;
  readonly clients: readonly Client[];
  readonly routes: readonly Route[];
  readonly statistics: ReadonlyMap<string, bigint>;
  /** Rows that could not be read with certainty; nothing is guessed. */
  readonly malformed: readonly string[];
};

export type ClientStatus = Completeness & {
  readonly mode: 'client';
  readonly time: Date;
  /** `TUN/TAP read bytes`, `TCP/UDP write bytes` and so on. */
  readonly statistics: ReadonlyMap<string, bigint>;
  readonly malformed: readonly string[];
};

/** So little came, the time not among it, that it cannot be told who answered. */
export type UnknownStatus = {
  readonly mode: 'unknown';
  readonly time?: undefined;
  readonly complete: false;
  readonly problem: string;
  readonly malformed: readonly string[];
};
