import type { Caller } from '@ovpnkit/dbus';
import { glibError } from '../../contract/errors.ts';
import { NETCFG_PATH } from '../../contract/names.ts';
import type { ServiceHost } from '../host/service-host.ts';
import { createDevice, type Device } from './device.ts';
import { implementDevice } from './device-object.ts';
import type { NetworkChange } from './network-change.ts';

/** The devices of all running tunnels, each an object on the bus until its owner destroys it or leaves. */
export type Devices = {
  /** Gives the path. Throws the DBusError for the caller. */
  create(caller: Caller, name: string): string;
  /** Destroys all of one owner. */
  cleanUp(owner: string): Promise<void>;
  /** Leaves them as they are: nobody's leave is noticed any longer. */
  forget(): void;
  readonly paths: string[];
  [Symbol.iterator](): Iterator<Device>;
};

export type DevicesHost = {
  readonly host: ServiceHost;
  readonly notify: (path: string, device: string, changes: readonly NetworkChange[]) => void;
};

type Entry = {
  readonly device: Device;
  readonly owner: string;
  destroy(): Promise<void>;
  forget(): void;
};

const MOST_OF_ONE_OWNER = 16;
const LONGEST_NAME = 128;

export function createDevices({ host, notify }: DevicesHost): Devices {
  const entries = new Map<string, Entry>();

  const ofOwner = (owner: string): Entry[] => [...entries.values()].filter(entry => entry.owner === owner);

  function create({ name: owner, uid, pid, gone }: Caller, name: string): string {
    const path = `${NETCFG_PATH}/${pid}_${name.replace(/\W/g, '_')}`;
    const full = ofOwner(owner).length >= MOST_OF_ONE_OWNER;
    if (uid === undefined || gone.aborted || full || name.length > LONGEST_NAME || entries.has(path))
      throw glibError('netcfg', `Error creating virtual interface '${name}'`);
    const log = host.logFrom(path);
    const device = createDevice(name, {
      bus: host.bus,
      log,
      notify: (systemName, changes) => notify(path, systemName, changes),
    });
    const release = host.hold();
    /** Resolves when nothing of it is left in the system; the object goes at once. */
    const destroy = async (): Promise<void> => {
      if (!entries.delete(path)) return;
      forget();
      host.server.remove(path);
      log('VERB1', `Virtual interface ${path} removed`);
      await device.disable();
      release();
    };
    const abandon = (): void =>
      void destroy().catch(error => log('ERROR', `A device that was left could not be removed: ${error}`));
    const forget = () => gone.removeEventListener('abort', abandon);
    entries.set(path, { device, owner, destroy, forget });
    gone.addEventListener('abort', abandon);
    host.server.export(path, implementDevice(device, uid, destroy));
    log('VERB1', `Virtual interface ${path} created`);
    return path;
  }

  return {
    create,
    async cleanUp(owner) {
      await Promise.all(ofOwner(owner).map(entry => entry.destroy()));
    },
    forget() {
      for (const entry of entries.values()) entry.forget();
    },
    get paths() {
      return [...entries.keys()];
    },
    *[Symbol.iterator]() {
      for (const { device } of entries.values()) yield device;
    },
  };
}
