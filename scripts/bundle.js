// Bundles the backend VPN client process into one file and writes its launcher, because it is started for every tunnel,
// and because its starter hands it no environment: no PATH to find Node by.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const dist = join(import.meta.dirname, '..', 'packages', 'openvpn3', 'dist');

await build({
  entryPoints: [join(dist, 'services', 'backend-client', 'run.js')],
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  outfile: join(dist, 'service-client.cjs'),
  logLevel: 'warning',
});

const { launcher } = await import('../packages/openvpn3/dist/share/launcher.js');
const path = join(dist, 'openvpn3-service-client');
writeFileSync(path, launcher(process.execPath, 'service-client.cjs'));
chmodSync(path, 0o755);
