import type { Interface, InterfaceDefinition, Names, SignalArgs, Signals } from '../type-system/interface.ts';

/** Sends a signal to everybody who listens, or to one. False when the queue was full and it was dropped. */
export type Emit = <D extends InterfaceDefinition, S extends Names<Signals<D>>>(
  path: string,
  iface: Interface<D>,
  signal: S,
  args: SignalArgs<Signals<D>[S]>,
  options?: { readonly to?: string },
) => boolean;
