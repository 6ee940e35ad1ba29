import type { Bus, Reply } from '@ovpnkit/dbus';

const name = 'org.freedesktop.DBus';

/** Calls a method of the bus itself that takes no arguments. */
export const callDaemon = (bus: Bus, member: string): Promise<Reply> =>
  bus.call({ destination: name, path: '/org/freedesktop/DBus', interface: name, member });
