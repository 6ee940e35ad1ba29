import { formatJson, type Status } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { printable } from '../../output/printable.ts';
import { styleFor } from '../../output/style.ts';
import { askStatus, tellIncomplete } from '../../status/ask-status.ts';
import type { ClientColumnName } from '../../status/client-columns.ts';
import { readStatusFile } from '../../status/status-file.ts';

type StatusOptions = {
  readonly format: '1' | '2' | '3';
  readonly file: string | undefined;
  readonly sort: ClientColumnName | undefined;
  readonly json: boolean;
};

/** `ovpnkit status`. */
export async function runStatus(context: Context, options: StatusOptions): Promise<Outcome> {
  const { print } = context;
  const status =
    options.file === undefined
      ? await ask(context, Number(options.format) as 1 | 2 | 3)
      : (await readStatusFile(options.file)).status;
  if (options.json) {
    print(formatJson(status, 2));
  } else {
    const { reportStatus } = await import('../../status/status-report.ts');
    const lines = reportStatus(status, options.sort, styleFor(process.stdout));
    if (lines.length > 0) print(lines.join('\n'));
  }
  if (status.complete) return 'ok';
  const problem =
    options.file === undefined ? tellIncomplete(status.problem) : `${options.file} is cut: ${status.problem}`;
  process.stderr.write(`ovpnkit: ${printable(problem)}\n`);
  return 'incomplete';
}

async function ask({ connect }: Context, format: 1 | 2 | 3): Promise<Status> {
  const client = await connect();
  try {
    return (await askStatus(client, format)).status;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'CommandError') throw error;
    throw new Error(`${error.message}; a daemon that waits in hold has no status yet`, { cause: error });
  }
}
