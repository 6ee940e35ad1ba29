import { type Bus, DBusError } from '@ovpnkit/dbus';

/** The unique name of who owns a name now; `undefined` for nobody. */
export const ownerOf = async (bus: Bus, name: string): Promise<string | undefined> =>
  (await askBus(bus, 'GetNameOwner', name)) as string | undefined;

/** The uid behind a name; `undefined` when nobody has it. */
export const userOf = async (bus: Bus, name: string): Promise<number | undefined> =>
  (await askBus(bus, 'GetConnectionUnixUser', name)) as number | undefined;

async function askBus(bus: Bus, member: string, name: string): Promise<unknown> {
  try {
    const { body } = await bus.call({
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member,
      signature: 's',
      body: [name],
    });
    return body[0];
  } catch (error) {
    if (error instanceof DBusError) return undefined;
    throw error;
  }
}
