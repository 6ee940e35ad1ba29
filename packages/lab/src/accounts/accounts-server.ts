// An OpenVPN server whose users are asked in every way there is.

import type { TestContext } from 'node:test';
import {
  CommandError,
  ConnectionError,
  connect,
  EncodeError,
  type ManagementClient,
} from '@ovpnkit/management';
import { createLab } from '../create-lab.ts';
import type { Protocol } from '../daemon/configuration.ts';
import type { Lab, LabDaemon } from '../lab.ts';
import { atEnd } from '../testing/at-end.ts';
import { accounts, createReception, type Reception } from './accounts.ts';
import { startHttpProxy } from './http-proxy.ts';
import { formatProfile, type ProfileKind } from './profile.ts';

export type AccountsServerOptions = {
  /** How many network namespaces for backends; 1 when absent. */
  readonly clients?: number;
  /** More lines of the server, such as `push "dhcp-option DNS 198.19.0.1"`. */
  readonly lines?: readonly string[];
  /** 'udp' when absent. On 'tcp' there is an HTTP proxy beside it. */
  readonly protocol?: Protocol;
};

export type ProfileOptions = {
  /** Whose certificate, by the client's index; 0 when absent. */
  readonly client?: number;
  /** More lines of the profile. */
  readonly lines?: readonly string[];
};

export type AccountsServer = {
  readonly lab: Lab;
  /** The management client of the server. It answers what the server asks about its clients. */
  readonly management: ManagementClient;
  readonly decisions: Reception['decisions'];
  /** The network namespace of a client, by its index. */
  namespace(client: number): string;
  profile(kind: ProfileKind, options?: ProfileOptions): Promise<string>;
  /** Lets in, or turns away, every user who is at the web page, or one of them. */
  finishWebAuth(allowed?: boolean, only?: string): Promise<void>;
};

/**
 * Starts it, until the test ends. Users: one without a name is let in by the certificate; `alice`, `dyn`, `pend`,
 * `web` and `open` have the password `secret`, `utf8` another one. What else they are asked is in {@link accounts}.
 */
export async function startAccountsServer(
  t: TestContext,
  options: AccountsServerOptions = {},
): Promise<AccountsServer> {
  const { clients = 1, lines = [], protocol = 'udp' } = options;
  const lab = await createLab({
    clients,
    protocol,
    startClients: false,
    server: [
      'management-client-auth',
      'auth-user-pass-optional',
      'keepalive 2 8',
      `push "route ${accounts.route} 255.255.255.0"`,
      ...lines,
    ],
  });
  atEnd(t, () => lab.close());
  if (protocol === 'tcp') await startHttpProxy(t, lab.server.namespace, lab.server.address);
  const management = await connect({ path: lab.server.socket });
  atEnd(t, () => management.close());
  const reception = createReception();
  management.on('CLIENT', reception.receive);
  management.on('handler-error', ({ error }) => {
    // A client that leaves, or a server that is taken down, while the answer is on its way gets none.
    const late = [CommandError, ConnectionError, EncodeError].some(kind => error instanceof kind);
    if (!late) throw error;
  });

  const clientOf = (index: number): LabDaemon => {
    const client = lab.clients[index];
    if (client === undefined) throw new RangeError(`the accounts server has no client ${index}; set clients`);
    return client;
  };
  return {
    lab,
    management,
    decisions: reception.decisions,
    namespace: client => clientOf(client).namespace,
    profile: (kind, { client = 0, lines: more = [] } = {}) =>
      formatProfile(kind, { lab, client: clientOf(client), protocol, lines: more }),
    finishWebAuth: (allowed = true, only) => reception.finishWebAuth(allowed, only),
  };
}
