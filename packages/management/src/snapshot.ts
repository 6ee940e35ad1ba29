import type { ManagementClient } from './client.ts';
import { CommandError, ParseError, TimeoutError } from './errors.ts';
import type { EventOf } from './events/event.ts';
import type { Status } from './protocol/status.ts';

/** What is true now. `withStatus` is false for who has no use for one, which may be large. */
export async function takeSnapshot(
  client: ManagementClient,
  withStatus = true,
): Promise<EventOf<'snapshot'>> {
  return {
    type: 'snapshot',
    pid: await client.pid(),
    state: await client.state(),
    status: withStatus ? await statusIfAny(client) : undefined,
  };
}

/** A daemon that gives no status is still one whose clients ask to be let in: only a lost connection is a failure. */
async function statusIfAny(client: ManagementClient): Promise<Status | undefined> {
  try {
    return await client.status();
  } catch (error) {
    if (error instanceof CommandError || error instanceof TimeoutError || error instanceof ParseError)
      return undefined;
    throw error;
  }
}
