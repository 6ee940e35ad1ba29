// The packages in projects that know nothing of this repository.
import { deepEqual, equal, match } from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runProgram } from '@ovpnkit/lab';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import { copySources, installed, openNewcomer } from './newcomer.ts';

const libraries = ['dbus', 'lab', 'management', 'openvpn3'];
const system = `${process.platform}-${process.arch}`;

/** Runs programs in a folder, with what the user has on his PATH before what is on ours. */
const inFolder =
  (folder: string, first?: string) =>
  async (...command: readonly string[]) => {
    // What `npm run` has told its children is not meant for a stranger's npm.
    const forget = Object.keys(process.env)
      .filter(name => /^npm_/i.test(name))
      .flatMap(name => ['-u', name]);
    const path = [first, process.env.PATH].filter(Boolean).join(delimiter);
    return await runProgram(['env', '-C', folder, ...forget, `PATH=${path}`, ...command]);
  };

async function succeed(run: ReturnType<typeof inFolder>, ...command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...command);
  equal(code, 0, `'${command.join(' ')}': ${stdout}${stderr}`);
  return stdout.trim();
}

/** Every package as `npm pack` makes it in a clean clone: nothing is installed and nothing is built there. */
async function pack(t: TestContext): Promise<{ readonly clone: string; readonly tarballs: string[] }> {
  const clone = copySources(t);
  const folder = temporaryFolder(t);
  await succeed(inFolder(clone), 'npm', 'pack', '--workspaces', '--pack-destination', folder);
  return {
    clone,
    tarballs: readdirSync(folder)
      .map(name => join(folder, name))
      .sort(),
  };
}

/** What can be imported, as the manifests of the installed packages have it. */
const entriesOf = (project: string): string[] =>
  libraries.flatMap(name => {
    const path = join(project, 'node_modules', '@ovpnkit', name, 'package.json');
    const { exports } = JSON.parse(readFileSync(path, 'utf8'));
    return Object.keys(exports)
      .filter(entry => !/\.js(on)?$/.test(entry))
      .map(entry => join('@ovpnkit', name, entry));
  });

function writeProject(project: string): void {
  const names = entriesOf(project);
  const imports = names.map((name, index) => `import * as entry${index} from '${name}';`);
  const all = names.map((_, index) => `entry${index}`).join(', ');
  writeFileSync(
    join(project, 'all.ts'),
    `${imports.join('\n')}\nconsole.log([${all}].map(entry => Object.keys(entry).length > 0).join());\n`,
  );
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
        ...{ module: 'nodenext', target: 'es2022', skipLibCheck: false, outDir: 'out', rootDir: '.' },
      },
      files: ['all.ts'],
    }),
  );
}

test('npm pack in a clean clone gives packages for everybody', { timeout: 1_200_000 }, async t => {
  const { clone, tarballs } = await pack(t);
  equal(tarballs.length, libraries.length + 1);

  const projects = [
    { node: '22', typescript: '5.9.3', types: '22' },
    { node: '24', typescript: '7.0.2', types: '24' },
  ].map(({ node, typescript, types }) =>
    t.test(`a project with Node.js ${node} and TypeScript ${typescript}`, async t => {
      const project = temporaryFolder(t);
      const run = inFolder(project, installed(`node-${node}`, [`node-${system}@${node}`]));
      match(await succeed(run, 'node', '--version'), new RegExp(`^v${node}\\.`));
      writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
      const tools = [`typescript@${typescript}`, `@types/node@${types}`];
      await succeed(run, 'npm', 'install', '--silent', ...tarballs, ...tools);
      const brought = readdirSync(join(project, 'node_modules'));
      deepEqual(
        brought.filter(name => /^node-/.test(name)),
        [],
      );

      equal(await succeed(run, 'npx', 'ovpnkit', '--version'), '0.1.0');
      match(await succeed(run, 'npx', 'ovpnkit', 'demo', '--seconds', '3'), /^demo: ok /m);
      match(await succeed(run, 'npx', 'openvpn3-service-client', '--version'), / 0\.1\.0$/);
      writeProject(project);
      await succeed(run, 'npx', 'tsc', '-p', '.');
      match(await succeed(run, 'node', join('out', 'all.js')), /^true(,true)+$/);
    }),
  );
  const others = [
    t.test('a global install gives the command', async t => {
      const prefix = temporaryFolder(t);
      const node = installed('node-24', [`node-${system}@24`]);
      const run = inFolder(prefix, node);
      await succeed(run, 'npm', 'install', '--global', '--silent', '--prefix', prefix, ...tarballs);
      equal(await succeed(run, join(prefix, 'bin', 'ovpnkit'), '--version'), '0.1.0');
    }),
    t.test('a global install on Node.js 18 says what is needed', async t => {
      const packages = temporaryFolder(t);
      for (const path of tarballs) cpSync(path, join(packages, path.split('/').at(-1) ?? ''));
      const machine = await openNewcomer(t, { mounts: { '/srv/packages': packages } });
      const install = 'npm install --global --silent /srv/packages/*.tgz';
      equal((await machine.run('root', ['sh', '-c', install])).code, 0);
      for (const program of ['ovpnkit', 'openvpn3-service-client']) {
        const { code, stdout, stderr } = await machine.run('root', [program, '--version']);
        deepEqual([code, stdout], [1, '']);
        match(
          stderr,
          new RegExp(
            `^${program}: this needs Node\\.js 22\\.18 or later, and /usr/bin/node is 18\\.\\S+; .*\\n$`,
          ),
        );
      }
    }),
    t.test('a package that lacks something is not packed', async () => {
      rmSync(join(clone, 'packages', 'dbus', 'LICENSE'));
      mkdirSync(join(clone, 'packed'));
      const command = ['npm', 'pack', '-w', 'packages/dbus', '--pack-destination', 'packed'];
      const { code, stderr } = await inFolder(clone)(...command);
      equal(code, 1, stderr);
      match(stderr, /the package @ovpnkit\/dbus is not whole: it lacks LICENSE/);
      deepEqual(readdirSync(join(clone, 'packed')), []);
    }),
  ];
  await Promise.all([...projects, ...others]);
});
