import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Bus, connect } from '@ovpnkit/dbus';
import { startSystemBus } from '@ovpnkit/lab';
import { openvpnProgram, privateDirectory } from '@ovpnkit/management/daemon';
import { SESSIONS } from '@ovpnkit/openvpn3';
import { policiesFor } from '@ovpnkit/openvpn3/share';
import { startServices } from './services.ts';
import { unprivilegedUser } from './unprivileged-user.ts';

/** OpenVPN 3 on a bus of its own, for as long as this program runs: nothing is installed, and nothing stays. */
export type PrivateStack = AsyncDisposable & {
  /** Our connection, as root. */
  readonly bus: Bus;
  /** Where the bus is. Only root and the services may connect. */
  readonly address: string;
};

/**
 * Starts it, as root. Tunnels are made in `namespace`, or in the network of this process, by the program `openvpn`, or else the
 * one that `openvpnProgram` finds. Rejects when there is none.
 */
export async function startPrivateStack({
  namespace,
  openvpn,
}: {
  readonly namespace?: string;
  readonly openvpn?: string | undefined;
} = {}): Promise<PrivateStack> {
  const program = openvpnProgram(openvpn);
  const user = unprivilegedUser();
  await using starting = new AsyncDisposableStack();
  // What a killed program left behind goes with the next one.
  const directory = privateDirectory('ovpnkit-lab');
  starting.defer(() => rmSync(directory, { recursive: true, force: true }));
  const daemon = await startSystemBus({
    directory,
    policies: policiesFor(user.name),
    onlyUsers: ['root', user.name],
  });
  starting.defer(() => daemon.close());
  const { address } = daemon;
  const stateDirectory = join(directory, 'state');
  const services = startServices({
    bus: address,
    stateDirectory,
    user,
    openvpn: program,
    ...(namespace === undefined ? {} : { namespace }),
  });
  starting.defer(() => services.close());
  const bus = starting.use(await connect({ address }));
  await Promise.race([whenServed(bus), services.failed.then(text => Promise.reject(new Error(text)))]);
  const stack = starting.move();
  return { bus, address, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Resolves when there is a session manager, which comes last. */
async function whenServed(bus: Bus): Promise<void> {
  const served = Promise.withResolvers<void>();
  await using _ = await bus.watchName(SESSIONS, owner => {
    if (owner !== undefined) served.resolve();
  });
  await served.promise;
}
