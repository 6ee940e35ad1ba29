import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { UsageError } from '../../cli/usage-error.ts';

/** `ovpnkit hold`. */
export async function runHold({ connect, print }: Context, [action]: readonly string[]): Promise<Outcome> {
  switch (action) {
    case undefined:
      print((await (await connect()).hold()) ? 'on' : 'off');
      return 'ok';
    case 'on':
    case 'off':
    case 'release':
      await (await connect()).hold(action);
      return 'ok';
    default:
      throw new UsageError(`'${action}' is no action; take on, off or release`);
  }
}
