import type { Bus, Reply } from '@ovpnkit/dbus';

const name = 'org.freedesktop.DBus';

/** Calls a method of the bus itself that takes no arguments, or one name. */
export const callDaemon = (bus: Bus, member: string, argument?: string): Promise<Reply> =>
  bus.call({
    destination: name,
    path: '/org/freedesktop/DBus',
    interface: name,
    member,
    ...(argument === undefined ? {} : { signature: 's', body: [argument] }),
  });
