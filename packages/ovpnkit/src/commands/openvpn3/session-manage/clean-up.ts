import { DBusError } from '@ovpnkit/dbus';
import { formatJson } from '@ovpnkit/management';
import type { Session } from '@ovpnkit/openvpn3';
import type { Outcome } from '../../../cli/outcome.ts';
import type { FrontEnd } from '../../../openvpn3/front-end.ts';
import { printable } from '../../../output/printable.ts';

/** Removes the sessions whose backend is gone. */
export async function cleanUp({ sessions, print }: FrontEnd, json: boolean): Promise<Outcome> {
  const found = await sessions.list();
  const removed: string[] = [];
  const tell = json ? () => {} : print;
  tell(`Cleaning up stale sessions - Found ${found.length} open sessions to check`);
  for (const session of found) {
    const { name, stale } = await inspect(session);
    if (stale) {
      await session.disconnect().catch((error: unknown) => {
        // That it does not answer is why it goes: the session manager has removed it by now.
        if (!(error instanceof DBusError)) throw error;
      });
      removed.push(session.path);
    }
    tell(`Checking:  ${printable(name)} - ${session.path} ... ${stale ? 'Removed' : 'Valid, keeping it'}`);
  }
  tell(`${removed.length} ${removed.length === 1 ? 'session' : 'sessions'} removed`);
  if (json) print(formatJson({ checked: found.map(({ path }) => path), removed }));
  return 'ok';
}

async function inspect(session: Session): Promise<{ readonly name: string; readonly stale: boolean }> {
  try {
    const [name, [major, minor, message]] = await Promise.all([
      session.get('config_name'),
      session.get('status'),
    ]);
    return { name, stale: major === 0 && minor === 0 && message === '' };
  } catch (error) {
    if (error instanceof DBusError) return { name: '(Not available)', stale: true };
    throw error;
  }
}
