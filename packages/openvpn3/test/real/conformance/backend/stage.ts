import type { Bus } from '@ovpnkit/dbus';
import type { TestBed } from '../../test-bed.ts';

export type NameChange = { readonly at: number; readonly name: string; readonly owned: boolean };

/** A test bed on which programs are driven, and what all of them share there. */
export type Stage = {
  readonly bed: TestBed;
  /** Of all names on the bus, as they come. */
  readonly names: readonly NameChange[];
  /** A connection of another user's: `root`, `nobody`, or `openvpn`, which is not the session manager's. */
  busOf(user: string): Promise<Bus>;
};

const NOBODY = { uid: 65_534, gid: 65_534 };

export async function setStage(bed: TestBed): Promise<Stage> {
  const root = await bed.bus.connect();
  const names: NameChange[] = [];
  const rule = { sender: 'org.freedesktop.DBus', member: 'NameOwnerChanged' };
  await root.subscribe(rule, ({ body: [name, , owner] }) => {
    names.push({ at: performance.now(), name: String(name), owned: owner !== '' });
  });
  const buses = new Map<string, Promise<Bus>>([['root', Promise.resolve(root)]]);
  const connectAs = async (user: string) =>
    (await (user === 'nobody' ? bed.bus.connectAs(NOBODY) : bed.bus.connectAs())).bus;
  return {
    bed,
    names,
    busOf(user) {
      const bus = buses.get(user) ?? connectAs(user);
      buses.set(user, bus);
      return bus;
    },
  };
}
