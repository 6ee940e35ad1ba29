import { readFile } from 'node:fs/promises';
import { standardError } from '../../type-system/errors.ts';
import { defineInterface } from '../../type-system/interface.ts';
import { type Implementation, implement } from '../implementation.ts';

export const Peer = defineInterface({
  name: 'org.freedesktop.DBus.Peer',
  methods: {
    Ping: {},
    GetMachineId: { out: ['s machine_uuid'] },
  },
});

/** Answers at every path, whether there is an object or not. */
export function implementPeer(): Implementation {
  return implement(Peer, {
    methods: {
      Ping: () => {},
      GetMachineId: async () => {
        for (const file of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
          const id = await readFile(file, 'utf8').catch(() => '');
          if (id.trim() !== '') return id.trim();
        }
        throw standardError('Failed', 'This machine has no machine id');
      },
    },
  });
}
