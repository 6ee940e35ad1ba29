import type { Environment } from '@ovpnkit/management';

/** A `dhcp-option TYPE VALUE`, as the daemon hands it on in a variable `foreign_option_{n}`. */
export type DhcpOption = { readonly type: string; readonly value: string };

/** Every `dhcp-option` in its order. Numbers may have gaps: the daemon leaves out what is too long. */
export function dhcpOptionsOf(env: Environment): DhcpOption[] {
  const options: (DhcpOption & { number: number })[] = [];
  for (const [name, text] of env) {
    const number = /^foreign_option_(\d+)$/.exec(name)?.[1];
    const [, type, value = ''] = /^dhcp-option (\S+)(?: (.*))?$/s.exec(text) ?? [];
    if (number !== undefined && type !== undefined) options.push({ number: Number(number), type, value });
  }
  return options.sort((a, b) => a.number - b.number).map(({ type, value }) => ({ type, value }));
}
