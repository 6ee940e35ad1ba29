import { type Bus, ConnectionError, createProxy, DBusError, defineInterface } from '@ovpnkit/dbus';
import { IpAddress } from '@ovpnkit/management';
import type { PushedDns } from './pushed-dns.ts';

/** What a tunnel needs of systemd-resolved. */
export const Resolve1Manager = defineInterface({
  name: 'org.freedesktop.resolve1.Manager',
  methods: {
    SetLinkDNS: { in: ['i ifindex', 'a(iay) addresses'] },
    SetLinkDomains: { in: ['i ifindex', 'a(sb) domains'] },
    SetLinkDefaultRoute: { in: ['i ifindex', 'b enable'] },
    SetLinkDNSSEC: { in: ['i ifindex', 's mode'] },
    RevertLink: { in: ['i ifindex'] },
  },
});

export const RESOLVE1 = 'org.freedesktop.resolve1';
export const RESOLVE1_PATH = '/org/freedesktop/resolve1';

/** `global`: for every name, unless the server pushed routing domains. `tunnel`: for pushed domains only. */
export type DnsScope = 'global' | 'tunnel';

/** All calls of one change together: a resolver that is silent must not hold up a tunnel. */
const TIMEOUT_MS = 2000;
const [AF_INET, AF_INET6] = [2, 10];

/**
 * Hands a tunnel's DNS to systemd-resolved. `undefined` when it was applied or there was nothing to apply, else a
 * sentence that says why not; then nothing of it stays. Takes two seconds at most.
 */
export async function applyDns(
  bus: Bus,
  ifindex: number,
  dns: PushedDns,
  scope: DnsScope,
): Promise<string | undefined> {
  const { servers, searchDomains, dnssec } = dns;
  if (servers.length + searchDomains.length + dns.routingDomains.length === 0) return undefined;
  const { routes, isDefault } = routesOf(dns, scope);
  const domains = [
    ...searchDomains.map((domain): [string, boolean] => [domain, false]),
    ...routes.map((domain): [string, boolean] => [domain, true]),
  ];
  const options = { signal: AbortSignal.timeout(TIMEOUT_MS) };
  const manager = managerOn(bus);
  try {
    await manager.call('SetLinkDNS', [ifindex, servers.map(familyAndBytes)], options);
    await manager.call('SetLinkDomains', [ifindex, domains], options);
    await manager.call('SetLinkDefaultRoute', [ifindex, isDefault], options);
    if (dnssec) await manager.call('SetLinkDNSSEC', [ifindex, dnssecMode(dnssec)], options);
    return undefined;
  } catch (error) {
    const reason = reasonOf(error);
    // A resolver that is only late carries everything out in order: this comes last, and is not waited for.
    if (!isAbsent(error) && !(error instanceof ConnectionError)) bus.send(revertCall(ifindex));
    return reason;
  }
}

/**
 * Takes back what `applyDns` set. `undefined` when done, also when the link or the resolver is gone, for both forget;
 * else a sentence that says why not. Takes two seconds at most.
 */
export async function revertDns(bus: Bus, ifindex: number): Promise<string | undefined> {
  try {
    await bus.call(revertCall(ifindex), { timeoutMs: TIMEOUT_MS, noAutoStart: true });
    return undefined;
  } catch (error) {
    const forgotten = error instanceof DBusError && error.errorName === `${RESOLVE1}.NoSuchLink`;
    return forgotten || isAbsent(error) ? undefined : reasonOf(error);
  }
}

/** Which names the link is for, beyond its search domains. */
function routesOf({ servers, searchDomains, routingDomains }: PushedDns, scope: DnsScope) {
  const isDefault =
    routingDomains.includes('.') || (scope === 'global' && servers.length > 0 && routingDomains.length === 0);
  // The resolver keeps one entry a domain, and a search domain is routed anyway.
  const routes = isDefault ? ['.'] : routingDomains.filter(domain => !searchDomains.includes(domain));
  return { routes, isDefault };
}

const managerOn = (bus: Bus) =>
  createProxy(bus, Resolve1Manager, { destination: RESOLVE1, path: RESOLVE1_PATH });

const revertCall = (ifindex: number) => ({
  destination: RESOLVE1,
  path: RESOLVE1_PATH,
  interface: Resolve1Manager.name,
  member: 'RevertLink',
  signature: 'i',
  body: [ifindex],
});

/** The address family and the bytes in network order. Takes an address that was parsed before. */
function familyAndBytes(address: string): [number, Uint8Array] {
  const parsed = IpAddress.parse(address);
  if (!parsed) throw new TypeError(`'${address}' is no IP address; pass what parsePushedDns gives`);
  const bytes = parsed.version === 4 ? 4 : 16;
  const hex = parsed
    .toBigInt()
    .toString(16)
    .padStart(bytes * 2, '0');
  return [parsed.version === 4 ? AF_INET : AF_INET6, Uint8Array.from(Buffer.from(hex, 'hex'))];
}

function dnssecMode(dnssec: 'yes' | 'optional' | 'no'): string {
  return dnssec === 'optional' ? 'allow-downgrade' : dnssec;
}

/** Nobody owns the name and nothing starts an owner. */
function isAbsent(error: unknown): boolean {
  if (!(error instanceof DBusError)) return false;
  const { errorName } = error;
  return /^org\.freedesktop\.DBus\.Error\.(ServiceUnknown|NameHasNoOwner|Spawn\..+)$/.test(errorName);
}

/** What the user is told. Throws what is no answer of the resolver or of the bus. */
function reasonOf(error: unknown): string {
  if (isAbsent(error)) return `${RESOLVE1} is not on the bus; start systemd-resolved`;
  if (error instanceof DBusError) return `${RESOLVE1} refused: ${error.message}`;
  if (error instanceof ConnectionError) return error.message;
  if (error instanceof Error && error.name === 'TimeoutError') {
    return `${RESOLVE1} did not answer within ${TIMEOUT_MS} ms; look at systemd-resolved`;
  }
  throw error;
}
