// Is what `npm pack` puts into a package all that it needs, and nothing else? `node scripts/packed.ts packages/dbus …`
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

type Manifest = {
  readonly name: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly man?: readonly string[];
  readonly exports?: unknown;
  readonly repository?: { readonly directory?: string };
};

/** What bundle.js writes beside what is compiled, and what is of this machine and stays here. */
const bundled: Readonly<Record<string, readonly string[]>> = {
  '@ovpnkit/openvpn3': ['dist/service-client.cjs', 'dist/service-client-program.cjs'],
};

/** What is wrong with the package of this folder, a sentence each. */
export function whyNotWhole(folder: string): string[] {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const packed = new Set(packedFiles(folder));
  const needed = new Set([
    ...['package.json', 'LICENSE', 'README.md'],
    ...filesIn(folder, 'bin'),
    ...filesIn(folder, 'src').flatMap(compiled),
    ...(bundled[manifest.name] ?? []),
    ...targets([manifest.bin, manifest.man, manifest.exports]),
  ]);
  return [
    ...[...needed].filter(path => !packed.has(path)).map(path => `it lacks ${path}`),
    ...[...packed]
      .filter(path => !needed.has(path))
      .map(path => `it has ${path}, which comes from nothing; remove that`),
    ...deadLinks(folder, packed),
    ...(manifest.repository?.directory === folder ? [] : [`its 'repository' does not name ${folder}`]),
  ].map(text => `the package ${manifest.name} is not whole: ${text}`);
}

function packedFiles(folder: string): string[] {
  // What the npm that runs this was told is not meant for this one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const command = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const said: unknown = JSON.parse(execFileSync('npm', command, { cwd: folder, encoding: 'utf8', env }));
  const [packed] = Object.values(said as Record<string, { readonly files: readonly { path: string }[] }>);
  return (packed?.files ?? []).map(({ path }) => path);
}

function filesIn(folder: string, below: string): string[] {
  if (!existsSync(join(folder, below))) return [];
  return readdirSync(join(folder, below), { recursive: true, encoding: 'utf8' })
    .map(name => join(below, name))
    .filter(path => statSync(join(folder, path)).isFile());
}

function compiled(source: string): string[] {
  if (!source.endsWith('.ts') || source.endsWith('.d.ts')) return [];
  const path = `dist/${relative('src', source).slice(0, -'.ts'.length)}`;
  return [`${path}.js`, `${path}.d.ts`];
}

/** Every file that a part of a manifest names. */
const targets = (part: unknown): string[] => {
  if (typeof part === 'string') return [part.replace(/^\.\//, '')];
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(targets) : [];
};

/** Links of its README that lead nowhere outside of this repository. */
function deadLinks(folder: string, packed: ReadonlySet<string>): string[] {
  const path = join(folder, 'README.md');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return [...text.matchAll(/\]\(([^)#\s]+)/g)]
    .map(([, target = '']) => target)
    .filter(target => !/^https?:\/\//.test(target) && !packed.has(target))
    .map(target => `its README links to ${target}, which is not in it; write the whole address`);
}

if (process.argv[1] === import.meta.filename) {
  const problems = process.argv.slice(2).flatMap(whyNotWhole);
  for (const problem of problems) console.error(`ovpnkit: ${problem}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
