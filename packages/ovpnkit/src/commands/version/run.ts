import { formatJson } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { printable } from '../../output/printable.ts';

/** `ovpnkit version`. */
export async function runVersion(
  { connect, print }: Context,
  { json }: { readonly json: boolean },
): Promise<Outcome> {
  const version = await (await connect()).version();
  if (json) print(formatJson(version, 2));
  else print(`${printable(version.release)}\nmanagement interface version ${version.management}`);
  return 'ok';
}
