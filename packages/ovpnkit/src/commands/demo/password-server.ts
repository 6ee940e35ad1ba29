import { connect, type ManagementClient } from '@ovpnkit/management';

/** Who may come in, and what they type. */
export const account = { username: 'alice', password: 'secret' } as const;

/** Lets the one account of the demo in at a server with `management-client-auth`. Ends with the connection. */
export async function checkPasswords(socket: string): Promise<ManagementClient> {
  const management = await connect({ path: socket });
  management.on('CLIENT', async event => {
    if (event.kind !== 'CONNECT' && event.kind !== 'REAUTH') return;
    const known =
      event.env.get('username') === account.username && event.password?.reveal() === account.password;
    if (known) await event.allow();
    else await event.deny('unknown user or wrong password');
  });
  return management;
}
