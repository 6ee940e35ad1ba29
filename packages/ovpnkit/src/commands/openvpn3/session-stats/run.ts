import { formatJson } from '@ovpnkit/management';
import type { Context } from '../../../cli/context.ts';
import type { Outcome } from '../../../cli/outcome.ts';
import { chooseSession, namedSession, type SessionTarget } from '../../../openvpn3/choose-target.ts';
import { runFrontEnd } from '../../../openvpn3/front-end.ts';
import { formatStatistics } from '../../../openvpn3/statistics-text.ts';

type StatsOptions = SessionTarget & { readonly json: boolean };

/** `ovpnkit session-stats`. */
export function runSessionStats(context: Context, options: StatsOptions): Promise<Outcome> {
  const named = namedSession(options);
  return runFrontEnd(context, 'session-stats', async ({ sessions, print }) => {
    const session = await chooseSession(sessions, named);
    const statistics = await session.statistics();
    print(options.json ? formatJson(statistics, 2) : formatStatistics(statistics).join('\n'));
    return 'ok';
  });
}
