import type { ManagementClient } from '@ovpnkit/management';
import type { Answer } from './machine/effect.ts';

/** Gives the daemon an answer. Rejects as the client does. */
export async function answerDaemon(client: ManagementClient, answer: Answer): Promise<void> {
  switch (answer.type) {
    case 'credentials':
      return client.credentials(answer.name, answer.credentials);
    case 'confirmation':
      return client.needok(answer.name, answer.answer);
    case 'challenge':
      return client.crResponse(answer.response);
    case 'signature':
      return client.pkSig(answer.signature.reveal());
  }
}
