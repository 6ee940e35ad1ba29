import { parseInteger } from './field.ts';
import { IpAddress } from './ip-address.ts';
import type { Route } from './status.ts';

type VirtualAddress = Pick<Route, 'virtualAddress' | 'address' | 'prefixLength' | 'vid' | 'cached'>;

/** An address of the routing table with its flags: `10.8.0.2C`, `10.9.0.0/24`, `fd00::/64`, `0a:1b:2c:3d:4e:5f@7C`. */
export function parseVirtualAddress(text: string): VirtualAddress | undefined {
  const cached = text.endsWith('C');
  const bare = cached ? text.slice(0, -1) : text;
  const slash = bare.indexOf('/');
  const virtualAddress = slash === -1 ? bare : bare.slice(0, slash);
  const address = IpAddress.parse(virtualAddress);
  const prefixLength = slash === -1 ? undefined : parseInteger(bare.slice(slash + 1));
  if (address === undefined) return parseMacAddress(text);
  if (slash !== -1 && prefixLength === undefined) return undefined;
  return { virtualAddress, address, prefixLength, vid: undefined, cached };
}

function parseMacAddress(text: string): VirtualAddress | undefined {
  const [, virtualAddress, vid, flag] =
    /^((?:[0-9a-f]{2}:){5}[0-9a-f]{2})(?:@(\d{1,4}))?(C)?$/i.exec(text) ?? [];
  if (virtualAddress === undefined) return undefined;
  return {
    virtualAddress,
    address: undefined,
    prefixLength: undefined,
    vid: vid === undefined ? undefined : Number(vid),
    cached: flag === 'C',
  };
}
