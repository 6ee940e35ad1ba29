// Bundles the backend VPN client process and writes its launcher, because it is started for every tunnel, and because its
// starter hands it no environment: no PATH to find Node by. Two files and a cache: the launcher starts
// service-client.cjs, and that runs service-client-program.cjs with its code cache.
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const dist = join(import.meta.dirname, '..', 'packages', 'openvpn3', 'dist');
const source = join(dist, 'services', 'backend-client');
const program = join(dist, 'service-client-program.cjs');
const { codeCacheOf, makeCodeCache } = await import('../packages/openvpn3/dist/share/code-cache.js');
const { launcher } = await import('../packages/openvpn3/dist/share/launcher.js');

/** Modules of Node that a start does not need, or not every start: each is loaded when something of it is used. */
const lazyModules = {
  name: 'lazy-modules',
  setup({ onResolve, onLoad }) {
    const lazy = /^(node:)?(assert|child_process|crypto|fs\/promises|os|timers\/promises|v8)$/;
    onResolve({ filter: lazy }, ({ path, namespace }) =>
      namespace === 'lazy' ? { path, external: true } : { path, namespace: 'lazy', sideEffects: false },
    );
    onLoad({ filter: /./, namespace: 'lazy' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter(name => name !== 'default');
      const getters = names.map(name => `${name}: { enumerable: true, get: () => load().${name} },`);
      return {
        contents: `const load = () => require('${path}');
module.exports = Object.defineProperties((...args) => load()(...args), {
${getters.join('\n')}
});`,
      };
    });
  },
};

const options = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  logLevel: 'warning',
  plugins: [lazyModules],
};
rmSync(codeCacheOf(program), { force: true });
await build({
  ...options,
  entryPoints: [join(source, 'run.js')],
  banner: { js: '(function (require) {' },
  footer: { js: '})' },
  outfile: program,
});
await build({
  ...options,
  entryPoints: [join(source, 'run-bundle.js')],
  define: { 'import.meta.dirname': '__dirname' },
  outfile: join(dist, 'service-client.cjs'),
});
const path = join(dist, 'openvpn3-service-client');
writeFileSync(path, launcher(process.execPath, 'service-client.cjs'));
chmodSync(path, 0o755);
makeCodeCache(program);
