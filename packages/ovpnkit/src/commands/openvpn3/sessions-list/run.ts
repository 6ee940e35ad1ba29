import { formatJson } from '@ovpnkit/management';
import type { Context } from '../../../cli/context.ts';
import type { Outcome } from '../../../cli/outcome.ts';
import { runFrontEnd } from '../../../openvpn3/front-end.ts';
import { formatSession, type SessionSummary, summarizeSession } from '../../../openvpn3/session-summary.ts';

const RULE = '-'.repeat(77);

/** `ovpnkit sessions-list`. */
export function runSessionsList(context: Context, { json }: { readonly json: boolean }): Promise<Outcome> {
  return runFrontEnd(context, 'sessions-list', async ({ sessions, configurations, print }) => {
    const summaries: SessionSummary[] = [];
    for (const session of await sessions.list())
      summaries.push(await summarizeSession(configurations, session));
    if (json) print(formatJson(summaries, 2));
    else if (summaries.length === 0) print('No sessions available');
    else print([RULE, ...summaries.flatMap(each => [...formatSession(each), RULE])].join('\n'));
    return 'ok';
  });
}
