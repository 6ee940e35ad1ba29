import { formatJson } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { printable } from '../../output/printable.ts';
import { styleFor } from '../../output/style.ts';
import { askStatus, tellIncomplete } from '../../status/ask-status.ts';
import type { ClientColumnName } from '../../status/client-columns.ts';

type StatusOptions = {
  readonly format: '1' | '2' | '3';
  readonly sort: ClientColumnName | undefined;
  readonly json: boolean;
};

/** `ovpnkit status`. */
export async function runStatus({ connect, print }: Context, options: StatusOptions): Promise<Outcome> {
  const client = await connect();
  const { status } = await askStatus(client, Number(options.format) as 1 | 2 | 3).catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'CommandError') throw error;
    throw new Error(`${error.message}; a daemon that waits in hold has no status yet`, { cause: error });
  });
  if (options.json) {
    print(formatJson(status, 2));
  } else {
    const { reportStatus } = await import('../../status/status-report.ts');
    print(reportStatus(status, options.sort, styleFor(process.stdout)).join('\n'));
  }
  if (status.complete) return 'ok';
  process.stderr.write(`ovpnkit: ${printable(tellIncomplete(status.problem))}\n`);
  return 'incomplete';
}
