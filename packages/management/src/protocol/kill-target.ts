import type { Conduct } from './conduct.ts';
import { EncodeError } from './encode-error.ts';
import { isIpv4 } from './ip-address.ts';
import { encodeText } from './text.ts';

/** The room that the daemon has for a name in `kill`; it reads what follows as something else. */
const maxNameBytes = 127;

/**
 * Refuses a target of `kill` that the daemon would not take for what it says, and so might disconnect another client. The
 * daemon cuts it at its colons: with all pieces of an address there, it is one (which the daemon checks itself), and with
 * fewer, the first of them is a common name.
 */
export function refuseMisreadKill(target: string, killAddress: Conduct['killAddress']): void {
  const all = target.split(':');
  const pieces = all.slice(0, killAddress.split(':').length);
  const [name = ''] = pieces;
  if (encodeText(name).length > maxNameBytes)
    throw new EncodeError(
      'target',
      `has more than ${maxNameBytes} bytes, and 'kill' reads no more of a name`,
    );
  const isAddress = pieces.length === killAddress.split(':').length && !pieces.includes('');
  const isCut = isAddress && all.length > pieces.length && isIpv4(pieces.at(-2) ?? '');
  // Without a name in front the daemon complains.
  if (!isCut && (all.length === 1 || isAddress || name === '')) return;
  const taken = isCut ? `address ${pieces.join(':')}` : `common name '${name}'`;
  const problem = `would be taken for the ${taken}; this daemon's 'kill' takes ${killAddress} with IPv4`;
  throw new EncodeError('target', `${problem}, and disconnectClients() all others`);
}
