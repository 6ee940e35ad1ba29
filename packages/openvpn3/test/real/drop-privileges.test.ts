import { deepEqual, equal } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

test('a service keeps nothing of its environment but where the bus is, whoever starts it', () => {
  const module = new URL('../../src/services/host/drop-privileges.ts', import.meta.url);
  // Root becomes nobody of this name; that comes after it.
  const script = `import { dropPrivileges } from '${module}';
    try { dropPrivileges('no-such-user'); } catch {}
    process.stdout.write(JSON.stringify(process.env));`;
  const env = {
    DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/x',
    NODE_NO_WARNINGS: '1',
    SECRET: 'x',
    OVPNKIT_OPENVPN: '/o',
    PATH: '/x',
  };
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env,
    encoding: 'utf8',
  });
  equal(stderr, '');
  deepEqual(JSON.parse(stdout), { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/x', OVPNKIT_OPENVPN: '/o' });
});
