import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { User } from '@ovpnkit/lab/testing';
import { installation, STATE_DIRECTORY } from '../../../src/share/installation.ts';
import { serviceNames } from '../../../src/share/service-programs.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Writes what `ovpnkit service install` would, with the services of this package alone as the program. */
export async function writeInstallation(prefix: string, user: User): Promise<void> {
  const files = installation({
    user: user.name,
    node: process.execPath,
    program: path('../run-service.js'),
    client: path('../../../dist/service-client.cjs'),
    services: serviceNames,
  });
  for (const { path: name, mode, content } of files) {
    const file = join(prefix, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode });
    chmodSync(file, mode); // whatever the umask is
  }
  const state = join(prefix, STATE_DIRECTORY);
  mkdirSync(state, { recursive: true });
  chownSync(state, user.uid, user.gid);
}
