import type { ManagementClient } from './client.ts';
import { type ConnectOptions, openLink } from './open-link.ts';

/**
 * Connects to the management interface of an OpenVPN daemon: `{ path }` for a unix socket, `{ host, port }` for TCP,
 * `{ listen }` for a daemon that was started with `management-client` and dials us. Resolves when the daemon has
 * greeted; rejects with a ConnectionError whose `reason` says why not, or with the signal's reason.
 *
 * `reconnect` begins after the first success.
 */
export async function connect(options: ConnectOptions): Promise<ManagementClient> {
  const { client } = await openLink(options);
  return client;
}
