import { runOrThrow } from '../process/program.ts';
import { createNamespace, inNamespace, type Namespace } from './namespace.ts';

/** The addresses of every lab. They come from 198.18.0.0/15, which RFC 2544 sets apart for tests: no real network has them. */
export const addresses = {
  server: '198.18.0.1',
  port: 1194,
  client: (number: number) => `198.18.0.${number + 1}`,
  tunnel: '198.19.0.1',
  tunnelPool: '198.19.0.0 255.255.255.0',
  tunnel6: 'fd77::1',
  tunnelPool6: 'fd77::/64',
} as const;

/** The tunnel network has room for this many: a /24 without network, server and broadcast address. */
export const mostClients = 253;

export type Network = {
  /** Makes the namespace that is the server and the switch, with a bridge called `lab`. Comes before any client. */
  addServer(): Promise<Namespace>;
  /** Makes the namespace of a client, numbered from 1, with a cable into the bridge. */
  addClient(number: number): Promise<Namespace>;
  /** Lets go of all namespaces, those in the making included. */
  close(): Promise<void>;
};

export function createNetwork(): Network {
  const namespaces: Namespace[] = [];
  const work: Promise<unknown>[] = [];
  let server: Namespace | undefined;
  let closed = false;

  async function add(): Promise<Namespace> {
    const namespace = await createNamespace();
    // Closed here, its path throws from now on.
    if (closed) namespace.close();
    namespaces.push(namespace);
    return namespace;
  }

  async function addServer(): Promise<Namespace> {
    server = await add();
    await configure(server, [
      'link set lo up',
      'link add lab type bridge',
      `addr add ${addresses.server}/24 dev lab`,
      'link set lab up',
    ]);
    return server;
  }

  async function addClient(number: number): Promise<Namespace> {
    const client = await add();
    if (server === undefined)
      throw new Error(`Client ${number} has no server to be connected to; add the server first`);
    const cable = `client${number}`;
    await configure(server, [
      `link add ${cable} type veth peer name eth0 netns ${client.path}`,
      `link set ${cable} master lab up`,
    ]);
    await configure(client, [
      'link set lo up',
      `addr add ${addresses.client(number)}/24 dev eth0`,
      'link set eth0 up',
    ]);
    return client;
  }

  function track<T>(promise: Promise<T>): Promise<T> {
    work.push(promise);
    return promise;
  }

  return {
    addServer: () => track(addServer()),
    addClient: number => track(addClient(number)),
    async close() {
      closed = true;
      // A program on its way into a namespace must not find another file under the number of a closed descriptor.
      await Promise.allSettled(work);
      for (const namespace of namespaces) namespace.close();
    },
  };
}

const configure = async (namespace: Namespace, lines: readonly string[]): Promise<void> =>
  runOrThrow(inNamespace(namespace.path, ['ip', '-batch', '-']), `${lines.join('\n')}\n`);
