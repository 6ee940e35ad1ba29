// What the helper of a system bus does, which takes its files from fixed folders only: it starts a service as its user.
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BACKENDS, NETCFG } from '@ovpnkit/openvpn3';
import { placeFor } from '../backend-process.ts';
import type { SystemBus } from '../system-bus.ts';

const repository = fileURLToPath(new URL('../../../../..', import.meta.url)).replace(/\/$/, '');

/** Has a bus use what is installed below the prefix. Backends and their devices' service run in the namespace. */
export async function activateInstallation(bus: SystemBus, prefix: string, namespace: string): Promise<void> {
  const policies = join(bus.folder, 'policies');
  rmSync(policies, { recursive: true });
  cpSync(join(prefix, 'etc/dbus-1/system.d'), policies, { recursive: true });
  const { root, node, enter } = await placeFor(bus.user);
  const libexec = join(prefix, 'usr/local/libexec/ovpnkit');
  for (const name of readdirSync(libexec)) {
    const script = readFileSync(join(libexec, name), 'utf8')
      .replaceAll(process.execPath, node)
      .replaceAll(repository, root)
      .replaceAll('/var/lib/', `${prefix}/var/lib/`);
    writeFileSync(join(libexec, name), script);
  }
  const start = join(bus.folder, 'start');
  mkdirSync(start);
  const activation = join(prefix, 'usr/local/share/dbus-1/system-services');
  for (const file of readdirSync(activation)) {
    const text = readFileSync(join(activation, file), 'utf8');
    const [, exec = ''] = /^Exec=(.*)$/m.exec(text) ?? [];
    const [, user = ''] = /^User=(.*)$/m.exec(text) ?? [];
    const script = join(start, file);
    const words = [
      ...enter,
      // Backends are made in the network of the starter, where their devices are.
      ...(ofTheNetwork.has(file) ? ['nsenter', `--net=${namespace}`] : []),
      ...(user === 'root' ? [] : ['setpriv', `--reuid=${user}`, `--regid=${bus.user.gid}`, '--init-groups']),
      `${prefix}${exec}`,
    ];
    writeFileSync(script, `#!/bin/sh\nexec ${words.map(quoted).join(' ')} 2>>'${complaintsFile(bus)}'\n`);
    chmodSync(script, 0o755);
    writeFileSync(join(bus.folder, 'services', file), text.replace(/^Exec=.*$/m, `Exec=${script}`));
  }
}

const ofTheNetwork: ReadonlySet<string> = new Set([`${BACKENDS}.service`, `${NETCFG}.service`]);

/** What the services print goes there. */
export const complaintsFile = (bus: SystemBus): string => join(bus.folder, 'complaints');

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
