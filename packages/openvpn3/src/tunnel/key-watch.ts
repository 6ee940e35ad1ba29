import type { Event } from '@ovpnkit/management';
import type { DaemonInput } from './machine/input.ts';

/**
 * Tells that the daemon cannot open its key: it would try for ever, and of a wrong passphrase it says so only when the
 * key is PEM. `undefined` for events that are nothing of this kind.
 */
export function createKeyWatch(): (event: Event) => DaemonInput | undefined {
  let passphrase: 'not asked' | 'asked' | 'refused' = 'not asked';
  return event => {
    if (event.type === 'HOLD') passphrase = 'not asked';
    if (event.type === 'PASSWORD' && event.kind !== 'auth-token' && event.name === PRIVATE_KEY)
      passphrase = event.kind === 'need' ? 'asked' : 'refused';
    if (event.type !== 'STATE' || event.name !== 'RECONNECTING' || event.description !== reason)
      return undefined;
    switch (passphrase) {
      case 'not asked':
        return { type: 'restarting', cause: { text: 'The private key cannot be read; mend the profile' } };
      case 'asked':
        return { type: 'password-refused', name: PRIVATE_KEY };
      case 'refused':
        return undefined;
    }
  };
}

const PRIVATE_KEY = 'Private Key';
/** Why the daemon goes back to where it is held, whatever it is that keeps it from the key. */
const reason = 'private-key-password-failure';
