// What the stand-ins of the services have in common: a connection as the user openvpn that owns a name.
import { type Bus, type Implementation, type ObjectServer, serve } from '@ovpnkit/dbus';
import { createSignalRecord, type SignalRecord } from './signal-record.ts';
import type { SystemBus, UserConnection } from './system-bus.ts';

export type StandIn = Omit<UserConnection, 'bus'> & {
  readonly uniqueName: string;
  /** All that it got: broadcasts, and what was sent to it alone. Those of the bus itself are left out. */
  readonly signals: SignalRecord;
  /** Gives the name away, and stays on the bus. */
  release(): Promise<void>;
  /** Owns the name again. */
  acquire(): Promise<void>;
};

/** Exports what is given below each path, and owns the name at last. */
export async function startStandIn(
  systemBus: SystemBus,
  name: string,
  objects: Readonly<Record<string, Implementation>>,
): Promise<{ readonly standIn: StandIn; readonly bus: Bus; readonly server: ObjectServer }> {
  const { bus, ...control } = await systemBus.connectAs();
  const signals = createSignalRecord();
  await bus.subscribe({}, ({ sender = '', path, interface: iface = '', member, body }) => {
    if (sender === 'org.freedesktop.DBus') return;
    signals.add({ at: performance.now(), sender, path, interface: iface, member, args: body });
  });
  const server = await serve(bus, { authorize: () => true, errorNames: 'glib' });
  for (const [path, implementation] of Object.entries(objects)) server.export(path, implementation);
  await bus.requestName(name);
  const standIn = {
    ...control,
    uniqueName: bus.uniqueName,
    signals,
    release: () => bus.releaseName(name),
    acquire: () => bus.requestName(name),
  };
  return { standIn, bus, server };
}
