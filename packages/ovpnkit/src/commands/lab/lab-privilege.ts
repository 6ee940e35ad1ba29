import { enterUserNamespace, labPrivilege } from '@ovpnkit/lab';

/**
 * Makes sure that a lab can be made here. A user who is not root gets there by beginning this program again inside a
 * user namespace, so call it before anything is open.
 */
export function acquireLabPrivilege(openvpn: string | undefined): void {
  const privilege = labPrivilege(openvpn);
  switch (privilege.type) {
    case 'ready':
      return;
    case 'user-namespace':
      enterUserNamespace();
      break;
    case 'impossible':
      throw new Error(privilege.reason);
  }
}
