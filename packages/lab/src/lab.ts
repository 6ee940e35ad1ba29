import type { Daemon } from './daemon/daemon.ts';
import type { Credentials } from './pki/certificates.ts';

/** A daemon of a lab, in a network namespace of its own. */
export type LabDaemon = Daemon & {
  readonly commonName: string;
  readonly credentials: Credentials;
  /** In the network below the tunnel. */
  readonly address: string;
  /** To run something beside the daemon: `nsenter --net=NAMESPACE PROGRAM`, while the lab is open. */
  readonly namespace: string;
};

export type Lab = {
  /** Belongs to the lab, with all that is in it. Daemons run here, so lines may name files relative to it. */
  readonly directory: string;
  readonly server: LabDaemon;
  /** In the order they were made, those of addClient included. */
  readonly clients: readonly LabDaemon[];
  /** Where the server listens for its clients. */
  readonly port: number;
  /** The server's addresses inside the tunnel. */
  readonly tunnelAddress: string;
  readonly tunnelAddress6: string;
  /** Makes a client with any common name of up to 64 characters, and does not start it. */
  addClient(commonName: string, lines?: readonly string[]): Promise<LabDaemon>;
  /** Sends pings of `size` bytes through a client's tunnel to the server, and counts the answers. 0 without a tunnel. */
  ping(client: LabDaemon, count?: number, size?: number): Promise<number>;
  /** Ends everything and removes the directory. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};
