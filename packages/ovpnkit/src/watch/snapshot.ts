import { CommandError, type EventOf, type ManagementClient, type Status } from '@ovpnkit/management';

/** What is true now, in the form of the event that the library delivers after each reconnect. */
export async function takeSnapshot(client: ManagementClient): Promise<EventOf<'snapshot'>> {
  return {
    type: 'snapshot',
    pid: await client.pid(),
    state: await client.state(),
    status: await statusUnlessHeld(client),
  };
}

/** The status; `undefined` from a daemon that waits in hold, which refuses to tell. */
export async function statusUnlessHeld(client: ManagementClient): Promise<Status | undefined> {
  try {
    return await client.status();
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
