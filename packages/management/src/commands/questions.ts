import type { Notification } from '../protocol/notification.ts';

/** The questions whose answer has a body: sent without the question, the body would run as commands. */
export type Question = 'PK_SIGN' | 'RSA_SIGN' | 'NEED-CERTIFICATE';

/** What the daemon is waiting for on this connection. */
export type Questions = {
  note(notification: Notification): void;
  /** Whether the question is open; from now on it counts as answered. */
  take(question: Question): boolean;
  /** Whether asking for PKCS#11 identities is safe: the daemon asks for one itself, or the caller said so. */
  mayAskPkcs11(): boolean;
  /** A new connection: the daemon repeats what is still open. */
  clear(): void;
};

export function createQuestions(pkcs11Allowed: boolean): Questions {
  const open = new Set<Question | 'pkcs11-id-request'>();
  return {
    note(notification) {
      switch (notification.type) {
        case 'PK_SIGN':
        case 'RSA_SIGN':
        case 'NEED-CERTIFICATE':
          open.add(notification.type);
          break;
        case 'NEED-STR':
          if (notification.name === 'pkcs11-id-request') open.add(notification.name);
          break;
        default:
      }
    },
    take: question => open.delete(question),
    mayAskPkcs11: () => pkcs11Allowed || open.has('pkcs11-id-request'),
    clear: () => open.clear(),
  };
}
