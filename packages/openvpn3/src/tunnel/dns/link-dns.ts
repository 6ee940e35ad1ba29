import type { Bus } from '@ovpnkit/dbus';
import { ifIndex } from './if-index.ts';
import type { PushedDns } from './pushed-dns.ts';
import { applyDns, type DnsScope, revertDns } from './resolve1.ts';

/** The DNS of one tunnel device in the hands of the system's resolver. One change at a time, in the order of the calls. */
export type LinkDns = {
  /** `undefined` when it is set, else a sentence that says why not; then nothing of it stays. */
  apply(device: string, dns: PushedDns, scope: DnsScope): Promise<string | undefined>;
  /** Takes back what is set. `undefined` when nothing of it is left, else a sentence that says why. */
  revert(): Promise<string | undefined>;
};

export function createLinkDns(bus: Bus): LinkDns {
  let changes: Promise<unknown> = Promise.resolve();
  let applied: number | undefined;

  const queue = <T>(change: () => Promise<T>): Promise<T> => {
    const result = changes.then(change);
    changes = result.catch(() => {});
    return result;
  };

  async function apply(device: string, dns: PushedDns, scope: DnsScope): Promise<string | undefined> {
    const index = await ifIndex(device);
    if (index === undefined) return `the device ${device} is down again`;
    const problem = await applyDns(bus, index, dns, scope);
    if (problem === undefined) applied = index;
    return problem;
  }

  async function revert(): Promise<string | undefined> {
    if (applied === undefined) return undefined;
    const index = applied;
    applied = undefined;
    return revertDns(bus, index);
  }

  return {
    apply: (device, dns, scope) => queue(() => apply(device, dns, scope)),
    revert: () => queue(revert),
  };
}
