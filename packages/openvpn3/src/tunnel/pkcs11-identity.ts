import type { ManagementClient } from '@ovpnkit/management';

/** More than any token has. */
const MOST_IDENTITIES = 32;

/**
 * Answers the daemon's question for a PKCS#11 identity, when there is exactly one. Otherwise gives a sentence that says
 * what to do, and an answer that ends the attempt.
 */
export async function choosePkcs11Identity(client: ManagementClient): Promise<string | undefined> {
  const count = Math.min(await client.pkcs11IdCount(), MOST_IDENTITIES);
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const { id } = await client.pkcs11IdGet(index);
    if (id !== undefined) ids.push(id);
  }
  const [only] = ids;
  if (only !== undefined && ids.length === 1) {
    await client.needstr('pkcs11-id-request', only);
    return undefined;
  }
  await client.signal('SIGTERM');
  if (only === undefined)
    return 'No PKCS#11 token has an identity; insert one, and look at --pkcs11-provider';
  return `Several PKCS#11 identities are there; put one in the profile: ${ids.map(id => `pkcs11-id '${id}'`).join(', ')}`;
}
