// Runs one task of the repository on a machine that may have nothing yet: `node scripts/run.js TASK [ARGS]`.
// Plain JavaScript without dependencies, because it runs before `npm ci` and on whatever Node the machine has.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forFigures, installModules, installSystemPackages } from './setup.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

/** Runs a program with the project's own Node and tools first on the PATH; ends this process when it fails. */
function run(program, args, env = {}) {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const { status, signal, error } = spawnSync(program, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: path, ...env },
    shell: process.platform === 'win32',
  });
  if (error) console.error(`${program}: ${error.message}`);
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
}

const packages = () =>
  readdirSync('packages').filter(name => existsSync(join('packages', name, 'package.json')));
const manifest = name => JSON.parse(readFileSync(join('packages', name, 'package.json'), 'utf8'));
const build = () => {
  run('tsc', ['-b']);
  run('node', ['scripts/bundle.js']);
};

/** Files below `folder` whose name ends in `suffix`, sorted. Node 20 has no stable globSync. */
function filesIn(folder, suffix) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(name => join(folder, String(name)))
    .filter(path => path.endsWith(suffix) && statSync(path).isFile())
    .sort();
}

/** All test files of the repository: of its packages, and of what holds them together. */
const testFiles = suffix =>
  [...packages().map(name => join('packages', name, 'test')), join('scripts', 'test')].flatMap(folder =>
    filesIn(folder, suffix),
  );

function nodeTest(node, suffix, args) {
  const [named, flags] = [args.filter(a => !a.startsWith('-')), args.filter(a => a.startsWith('-'))];
  const files = named.length > 0 ? named : testFiles(suffix);
  run(node, [
    '--test',
    '--test-concurrency=4', // most tests wait for daemons, so more of them than processors can run at once
    '--test-timeout=300000', // a test that hangs says which it is
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    ...noSkips(),
    ...flags,
    ...files,
  ]);
}

/** In CI a skipped test is a failure: a check that did not run proves nothing. */
const noSkips = () =>
  process.env.CI ? ['--test-reporter=./scripts/no-skips.js', '--test-reporter-destination=stdout'] : [];

const tasks = {
  build,
  demo(args) {
    installSystemPackages();
    build();
    run('node', ['scripts/demo.ts', ...args]);
  },
  test(args) {
    installSystemPackages();
    build();
    nodeTest('node', '.test.ts', args);
  },
  'test:peers'(args) {
    installSystemPackages();
    build();
    nodeTest('node', '.peers.ts', args);
  },
  'test:matrix'(args) {
    installSystemPackages();
    build();
    for (const major of ['22', '26']) {
      const folder = join(root, 'node_modules', '.cache', `node-${major}`);
      const name = `node-${process.platform}-${process.arch}`;
      run('npm', ['install', '--no-save', '--prefix', folder, `${name}@${major}`]);
      const node = join(folder, 'node_modules', name, 'bin', 'node');
      run(node, ['--version']);
      // Child processes of the tests find this Node first.
      process.env.PATH = [dirname(node), process.env.PATH].join(delimiter);
      nodeTest(node, '.test.ts', args);
    }
  },
  check() {
    build();
    for (const name of packages()) run('tsc', ['-p', join('packages', name, 'test')]);
    run('tsc', ['-p', 'scripts']);
    run('biome', ['check', '--error-on-warnings', '.']);
    for (const name of packages()) {
      run('publint', ['run', '--strict', join('packages', name)]);
      if (!manifest(name).exports) continue; // a program, with nothing to import
      run('attw', [
        '--pack',
        join('packages', name),
        '--profile',
        'esm-only',
        '--no-emoji',
        '--format',
        'ascii',
        '--quiet',
      ]);
    }
  },
  format() {
    run('node', ['scripts/walls.ts']);
    run('biome', ['check', '--write', '.']);
  },
  soak(args) {
    installSystemPackages();
    build();
    run('node', ['--expose-gc', 'scripts/soak.ts', ...args]);
  },
  bench(args) {
    installSystemPackages({ ...forFigures, iperf3: 'iperf3' });
    build();
    // Packages have figures of their own, which the first name chooses; without a name, all are measured.
    const [first] = args.filter(arg => !arg.startsWith('-'));
    const rest = args.filter(arg => arg !== first);
    const own = ['dbus', 'openvpn3', 'openvpn3-stack'];
    if (!own.includes(first)) run('node', ['--expose-gc', 'bench/run.ts', ...args]);
    if (first === undefined || first === 'dbus') run('node', ['packages/dbus/bench/run.ts']);
    if (first === undefined || first === 'openvpn3') run('node', ['packages/openvpn3/bench/run.ts', ...rest]);
    if (first === undefined || first === 'openvpn3-stack')
      run('node', ['packages/ovpnkit/bench/run.ts', ...rest]);
  },
};

const [name = '', ...args] = process.argv.slice(2);
const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
if (!task) {
  console.error(`run.js: there is no task '${name}'; the tasks are ${Object.keys(tasks).join(', ')}`);
  process.exit(2);
}
installModules();
task(args);
