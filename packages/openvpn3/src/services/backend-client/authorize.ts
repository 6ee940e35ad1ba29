import type { Access, Authorize } from '@ovpnkit/dbus';
import { accessDenied, glibError } from '../../contract/errors.ts';
import { BACKENDS, SESSIONS } from '../../contract/names.ts';

/** Properties that only the session manager may read; the others are for every program of our own user. */
const forSessionManager: ReadonlySet<string> = new Set([
  'device_name',
  'session_name',
  'statistics',
  'last_log_line',
]);

/**
 * Only the present owner of net.openvpn.v3.sessions may call and write. `refused` is told of everybody else, with the
 * text of the deployed program.
 */
export function authorizeBackend(
  sessionManager: () => string | undefined,
  ownUid: number | undefined,
  refused: (text: string) => void,
): Authorize {
  return access => {
    const { caller, operation, path, interface: iface, member } = access;
    if (iface !== BACKENDS) return caller.uid === ownUid || caller.name === sessionManager();
    if (
      operation === 'get' &&
      !forSessionManager.has(member) &&
      caller.uid === ownUid &&
      ownUid !== undefined
    )
      return true;
    const owner = sessionManager();
    if (owner !== undefined && caller.name === owner) return true;
    refused(
      `Authorization failed: AuthzRequest(caller=${caller.name}, operation=${operationName(access)}, path=${path}, ` +
        `interface=${iface}, target=${iface}.${member})`,
    );
    if (owner === undefined) {
      throw glibError(
        'request',
        `Failed to retrieve unique bus name for '${SESSIONS}': Could not get owner of name '${SESSIONS}': no such name`,
      );
    }
    const what = `${iface}.${member} in object ${path}`;
    switch (operation) {
      case 'call':
        throw glibError(
          'authorization',
          `Autorization failed for ${caller.name} performing method call ${what}`,
        );
      case 'get':
        throw accessDenied(`Autorization failed for ${caller.name} reading property ${what}`);
      case 'set':
        throw accessDenied(`Autorization failed for ${caller.name} setting property ${what}`);
    }
  };
}

function operationName({ operation }: Access): string {
  switch (operation) {
    case 'call':
      return 'METHOD_CALL';
    case 'get':
      return 'PROPERTY_GET';
    case 'set':
      return 'PROPERTY_SET';
  }
}
