import type { Bus } from '@ovpnkit/dbus';
import type { Session } from '@ovpnkit/openvpn3';
import { withServer } from '../../openvpn3/bench/server.ts';
import { startPrivateStack } from '../src/openvpn3/stack/private-stack.ts';

export type StackBed = {
  /** Of root, who has no part in the services. */
  readonly bus: Bus;
  readonly address: string;
  /** One for each tunnel; all are made in the same network. */
  readonly profiles: readonly string[];
};

/** All services in one process as their user, on a bus of their own, and a server for so many tunnels. */
export async function withStack<T>(tunnels: number, work: (bed: StackBed) => Promise<T>): Promise<T> {
  return withServer(tunnels, async server => {
    const profiles = await Promise.all(
      Array.from({ length: tunnels }, (_, client) => server.profile(client)),
    );
    await using stack = await startPrivateStack({ namespace: server.namespace(0) });
    return await work({ bus: stack.bus, address: stack.address, profiles });
  });
}

/** Resolves with the time when it is connected, as `performance.now()` has it. Rejects when the session ends before. */
export async function whenConnected(session: Session): Promise<number> {
  for await (const { minor } of session.statusChanges) {
    if (minor === 'CONN_CONNECTED') return performance.now();
  }
  throw new Error(`${session.path} has ended before it was connected`);
}
