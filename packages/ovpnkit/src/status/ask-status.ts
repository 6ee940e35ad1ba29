import type { ManagementClient, Status } from '@ovpnkit/management';
import { joinStatus } from './join-status.ts';

/** `everyone` is whether all clients are in it, of some of whom less may be known. */
export type Asked = { readonly status: Status; readonly everyone: boolean };

/**
 * The status. When the daemon loses the rest of it, the form with the shorter rows, which has neither client ids nor user
 * names, is asked for as well, and what both know is put together: then it is still not complete.
 */
export async function askStatus(client: ManagementClient, format: 1 | 2 | 3 = 3): Promise<Asked> {
  const first = await client.status(format);
  if (first.complete) return { status: first, everyone: true };
  const other = format === 1 ? 3 : 1;
  const second = await client.status(other).catch((error: unknown) => {
    // What came is worth more than the error.
    if (error instanceof Error && error.name !== 'ConnectionError') return undefined;
    throw error;
  });
  const status =
    format === 1 && second?.mode === 'server' ? joinStatus(second, first) : joinStatus(first, second);
  return { status, everyone: second?.complete ?? false };
}

/** One sentence for people. */
export const tellIncomplete = (problem: string): string =>
  `the status is not complete: ${problem}; clients that only format 1 tells of have neither client id nor user name`;
