// Installs node_modules when they are missing or older than the lockfile. Any Node.js can read it.
'use strict';
const { spawnSync } = require('child_process');
const { existsSync, statSync } = require('fs');
const { join } = require('path');
const { fail } = require('../packages/openvpn3/bin/suitable-node.js');

const root = join(__dirname, '..');
/** npm writes it last. */
const installed = join(root, 'node_modules', '.package-lock.json');

function installModules() {
  if (existsSync(installed) && modified(installed) >= modified(join(root, 'package-lock.json'))) return;
  // The Node.js that fits comes from node_modules itself, so an older one here is no fault worth a warning.
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (npm.error)
    fail(
      'ovpnkit',
      `this needs npm, which cannot be run (${npm.error.message}); install it (on Debian: apt-get install npm)`,
    );
  if (npm.status !== 0) fail('ovpnkit', "'npm ci' failed, so nothing can be built; its message is above");
}

const modified = path => statSync(path).mtime.getTime();

module.exports = { installModules };
