// The tasks of the repository. They run in the Node.js that run.cjs has chosen.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { endAs, fail, stepAside } from '../packages/openvpn3/bin/suitable-node.js';
import { forDemo, forFigures, forPeers, forTests, installSystemPackages } from './setup.js';

const root = dirname(import.meta.dirname);
process.chdir(root);
// Every program finds this Node first, and then the tools of the repository.
const bin = join(root, 'node_modules', '.bin');
process.env.PATH = [dirname(process.execPath), bin, process.env.PATH].join(delimiter);

/** Runs a program; ends this process when it fails. */
async function run(program, args) {
  const end = await stepAside(program, args, { shell: process.platform === 'win32' });
  if (end.code !== 0) endAs(end);
}

const packages = () =>
  readdirSync('packages').filter(name => existsSync(join('packages', name, 'package.json')));
const manifest = name => JSON.parse(readFileSync(join('packages', name, 'package.json'), 'utf8'));
const build = async () => {
  await run('tsc', ['-b']);
  removeStale();
  await run('node', ['scripts/bundle.js']);
  await run('node', ['scripts/man.js']);
};

/** tsc leaves what it has made from a source that is gone, and it would be packed. */
function removeStale() {
  for (const name of packages()) {
    for (const path of filesIn(join('packages', name, 'dist'), /\.(js|d\.ts)$/)) {
      const source = path.replace(join(name, 'dist'), join(name, 'src')).replace(/\.(js|d\.ts)$/, '.ts');
      if (!existsSync(source)) rmSync(path);
    }
  }
}

/** Files below `folder` with such a name, sorted. */
function filesIn(folder, pattern) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(name => join(folder, String(name)))
    .filter(path => pattern.test(path) && statSync(path).isFile())
    .sort();
}

/** All test files of the repository: of its packages, and of what holds them together. */
const testFiles = pattern =>
  [...packages().map(name => join('packages', name, 'test')), join('scripts', 'test')].flatMap(folder =>
    filesIn(folder, pattern),
  );

/** Runs the tests that are named, or all; of these, those below the folder `only`. */
async function nodeTest(node, pattern, args, { only = '', atOnce = 4 } = {}) {
  const [named, flags] = [args.filter(a => !a.startsWith('-')), args.filter(a => a.startsWith('-'))];
  const files = (named.length > 0 ? named : testFiles(pattern)).filter(file => file.startsWith(only));
  // Without a file, Node would look for tests itself.
  if (files.length === 0) return console.log(`none of these tests is below ${only}`);
  await run(node, [
    '--test',
    `--test-concurrency=${atOnce}`, // most tests wait for daemons, so more of them than processors can run at once
    '--test-timeout=300000', // a test that hangs says which it is
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    ...noSkips(),
    ...flags,
    ...files,
  ]);
}

/** What `test:matrix` runs: every Node.js and every OpenVPN that is supported and can be had. */
const matrix = [
  { node: '22', openvpn: '2.6' },
  { node: '26', openvpn: '2.7' },
  // The tests of other packages need what came with 2.6.
  { node: '24', openvpn: '2.5', only: join('packages', 'management') },
];

/** The program of another Node.js, from its package of npm. */
async function nodeOf(major) {
  const folder = join(root, 'node_modules', '.cache', `node-${major}`);
  const name = `node-${process.platform}-${process.arch}`;
  await run('npm', ['install', '--no-save', '--prefix', folder, `${name}@${major}`]);
  return join(folder, 'node_modules', name, 'bin', 'node');
}

/** Looks at each package as npm would publish it. */
async function checkPackages() {
  const packed = mkdtempSync(join(tmpdir(), 'ovpnkit-packed-'));
  process.on('exit', () => rmSync(packed, { recursive: true, force: true }));
  await run('node', ['scripts/packed.ts', ...packages().map(name => join('packages', name))]);
  await run('npm', ['pack', '--workspaces', '--ignore-scripts', '--silent', '--pack-destination', packed]);
  for (const name of packages()) {
    const { name: published, version, exports } = manifest(name);
    const file = join(packed, `${published.replace('@', '').replace('/', '-')}-${version}.tgz`);
    await run('publint', ['run', '--strict', file]);
    if (!exports) continue; // a program, with nothing to import
    const how = ['--profile', 'esm-only', '--no-emoji', '--format', 'ascii', '--quiet'];
    // A program of a package is no module with types.
    const programs = Object.keys(exports).filter(entry => entry.startsWith('./bin/'));
    const without = programs.length > 0 ? ['--exclude-entrypoints', ...programs] : [];
    await run('attw', [file, ...how, ...without]);
  }
}

/** In CI a skipped test is a failure: a check that did not run proves nothing. */
const noSkips = () =>
  process.env.CI ? ['--test-reporter=./scripts/no-skips.js', '--test-reporter-destination=stdout'] : [];

const tasks = {
  build,
  async demo(args) {
    installSystemPackages(forDemo);
    await build();
    await run('node', ['scripts/demo.ts', ...args]);
  },
  async test(args) {
    installSystemPackages(forTests);
    await build();
    await nodeTest('node', /\.test\.ts$/, args);
  },
  async 'test:peers'(args) {
    installSystemPackages({ ...forTests, ...forPeers });
    await build();
    await nodeTest('node', /\.peers\.ts$/, args, { atOnce: 1 }); // each of these loads the machine by itself
  },
  async 'test:matrix'(args) {
    installSystemPackages(forTests);
    await build();
    const { openvpnOfVersion } = await import('@ovpnkit/lab'); // has just been built
    const path = process.env.PATH;
    for (const { node: major, openvpn, only } of matrix) {
      const node = await nodeOf(major);
      process.env.OVPNKIT_OPENVPN = await openvpnOfVersion(openvpn);
      console.log(`test:matrix: Node.js ${major}, OpenVPN ${openvpn}, ${only ?? 'everything'}`);
      // Child processes of the tests find this Node first.
      process.env.PATH = [dirname(node), path].join(delimiter);
      await run(node, ['--version']);
      await nodeTest(node, /\.test\.ts$/, args, { only });
      process.env.PATH = path;
    }
  },
  async check() {
    await build();
    for (const name of packages()) await run('tsc', ['-p', join('packages', name, 'test')]);
    await run('tsc', ['-p', 'scripts']);
    await run('biome', ['check', '--error-on-warnings', '.']);
    await checkPackages();
  },
  /** npm runs it before it packs a package: what is packed has to be whole. */
  async prepack([name]) {
    await build();
    await run('node', ['scripts/packed.ts', join('packages', name)]);
  },
  async format() {
    await run('node', ['scripts/walls.ts']);
    await run('biome', ['check', '--write', '.']);
  },
  async soak(args) {
    installSystemPackages(forTests);
    await build();
    await run('node', ['--expose-gc', 'scripts/soak.ts', ...args]);
  },
  async bench(args) {
    installSystemPackages({ ...forTests, ...forFigures });
    await build();
    // Packages have figures of their own, which the first name chooses; without a name, all are measured.
    const [first] = args.filter(arg => !arg.startsWith('-'));
    const rest = args.filter(arg => arg !== first);
    const own = ['dbus', 'openvpn3', 'openvpn3-stack'];
    if (!own.includes(first)) await run('node', ['--expose-gc', 'bench/run.ts', ...args]);
    if (first === undefined || first === 'dbus') await run('node', ['packages/dbus/bench/run.ts']);
    if (first === undefined || first === 'openvpn3')
      await run('node', ['packages/openvpn3/bench/run.ts', ...rest]);
    if (first === undefined || first === 'openvpn3-stack')
      await run('node', ['packages/ovpnkit/bench/run.ts', ...rest]);
  },
};

const [name = '', ...args] = process.argv.slice(2);
const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
if (!task) {
  console.error(`ovpnkit: there is no task '${name}'; the tasks are ${Object.keys(tasks).join(', ')}`);
  process.exit(2);
}
task(args).catch(error => fail('ovpnkit', error.message));
