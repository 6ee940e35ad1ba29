// Which OpenVPN the tests run on, for those that expect other things of other versions.
import { spawnSync } from 'node:child_process';
import { openvpnProgram } from '@ovpnkit/management/daemon';

let known: string | undefined;

/** Such as `2.7.8`, as the daemon says itself: the one of OVPNKIT_OPENVPN, or else the machine's. */
export function openvpnVersion(): string {
  known ??= /^OpenVPN (\S+)/.exec(
    spawnSync(openvpnProgram(), ['--version'], { encoding: 'utf8' }).stdout,
  )?.[1];
  if (known === undefined)
    throw new Error(`${openvpnProgram()} does not say its version; name another with OVPNKIT_OPENVPN`);
  return known;
}

/** Whether the daemon is of this version or a later one: `isSince('2.6')`. */
export function isSince(version: string): boolean {
  const numbers = (text: string): number[] => text.split(/[._]/).map(part => Number.parseInt(part, 10) || 0);
  const has = numbers(openvpnVersion());
  const differences = numbers(version).map((number, index) => (has[index] ?? 0) - number);
  return (differences.find(difference => difference !== 0) ?? 0) >= 0;
}

/** What to expect of this daemon, out of what is expected from each version on: `sinceVersion({ '2.4': 1, '2.5': 3 })`. */
export function sinceVersion<T>(expected: Readonly<Record<string, T>>): T {
  const found = Object.entries(expected).findLast(([version]) => isSince(version));
  if (!found) throw new Error(`nothing is expected of OpenVPN ${openvpnVersion()}; add it to the table`);
  return found[1];
}

/** The number in the greeting of this daemon. */
export const greetingVersion = (): number =>
  sinceVersion({ '2.3': 1, '2.5': 3, '2.6': 4, '2.6.2': 5, '2.7.2': 6 });
