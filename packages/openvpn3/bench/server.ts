import { createLab, type Lab, type Protocol } from '@ovpnkit/lab';
import { formatProfile } from '@ovpnkit/lab/testing';

export type BenchServer = {
  readonly lab: Lab;
  /** The network namespace of a client, by its index. */
  namespace(client: number): string;
  /** Its profile: certificate only. */
  profile(client: number, lines?: readonly string[]): Promise<string>;
};

/** A server that lets clients in by their certificates alone, and asks nobody: that would cost it a second. */
export async function withServer<T>(
  clients: number,
  work: (server: BenchServer) => Promise<T>,
  protocol: Protocol = 'udp',
): Promise<T> {
  const lab = await createLab({ clients, protocol, startClients: false });
  const clientOf = (index: number) => {
    const client = lab.clients[index];
    if (client === undefined) throw new RangeError(`the server has no client ${index}`);
    return client;
  };
  try {
    return await work({
      lab,
      namespace: index => clientOf(index).namespace,
      profile: (index, lines = []) =>
        formatProfile('cert', { lab, client: clientOf(index), protocol, lines }),
    });
  } finally {
    await lab.close();
  }
}
