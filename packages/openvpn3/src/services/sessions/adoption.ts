import type { Bus } from '@ovpnkit/dbus';
import { backendName } from '../../contract/names.ts';
import type { WireStatus } from '../../contract/status.ts';
import { type Backend, findBackend } from './backend.ts';
import { isAbsent } from './relayed-error.ts';
import type { SessionRecord } from './session-record.ts';

const TIMEOUT_MS = 1000;

/** The backend of a session that an earlier session manager has left behind, and its status. */
export type Survivor = { readonly backend: Backend; readonly status: WireStatus };

/**
 * Looks for the backend of a session; `undefined` when it is gone, or serves another one. It answers us before we are
 * the session manager. One that gives no such answer is taken as it is: the first call will tell.
 */
export async function findSurvivor(bus: Bus, record: SessionRecord): Promise<Survivor | undefined> {
  const backend = await findBackend(bus, backendName(record.backendPid), process.getuid?.());
  if (backend === undefined) return undefined;
  const options = { timeoutMs: TIMEOUT_MS };
  try {
    const [path, status] = await Promise.all([
      backend.proxy.get('session_path', options),
      backend.proxy.get('status', options),
    ]);
    return path === record.path ? { backend, status } : undefined;
  } catch (error) {
    return isAbsent(error) ? undefined : { backend, status: [0, 0, ''] };
  }
}
