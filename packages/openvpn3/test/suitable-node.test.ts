import { deepEqual, equal } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@ovpnkit/lab/testing';

const own = fileURLToPath(new URL('..', import.meta.url));
const { engines } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
const needed = `openvpn3-service-client: this needs Node.js ${engines.node.slice(2)} or later`;
const system = `${process.platform}-${process.arch}`;

/** The program without what is built, in a folder where nothing else is. */
function place(t: TestContext) {
  const root = temporaryFolder(t);
  const folder = join(root, 'packages', 'openvpn3');
  mkdirSync(folder, { recursive: true });
  for (const name of ['bin', 'package.json'])
    cpSync(join(own, name), join(folder, name), { recursive: true });
  const write = (path: readonly string[], text: string, mode = 0o644) => {
    mkdirSync(join(root, ...path.slice(0, -1)), { recursive: true });
    writeFileSync(join(root, ...path), text, { mode });
  };
  /** Runs it in a Node.js that says that it is of this version. */
  const start = (version: string) => {
    write(['version.cjs'], `Object.defineProperty(process.versions, 'node', { value: '${version}' });`);
    const program = join(folder, 'bin', 'openvpn3-service-client.js');
    const args = ['--require', join(root, 'version.cjs'), program, '--version'];
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return { end: status ?? signal, stdout, stderr };
  };
  return {
    start,
    write,
    root,
    program: join(folder, 'bin', 'openvpn3-service-client.js'),
    built: join(folder, 'dist', 'services', 'backend-client', 'run.js'),
  };
}

for (const version of ['8.17.0', '18.20.4', '22.17.1'])
  test(`Node.js ${version} gets a sentence that says what is needed`, t => {
    const { start } = place(t);
    const stderr = `${needed}, and ${process.execPath} is ${version}; install a newer one\n`;
    deepEqual(start(version), { end: 1, stdout: '', stderr });
  });

test('a package that is not built says so', t => {
  const { start, write, root, built } = place(t);
  const text = (how: string) => `openvpn3-service-client: ${built} is missing; ${how}\n`;
  for (const version of ['22.18.0', '24.0.0', '100.0.0'])
    deepEqual(start(version), { end: 1, stdout: '', stderr: text('install it again') });
  write(['scripts', 'run.cjs'], '');
  deepEqual(start('24.0.0'), { end: 1, stdout: '', stderr: text(`run 'npm run build' in ${root}`) });
});

test('in the repository it goes on in the Node.js that npm has brought, and ends as that does', t => {
  const { start, write, root, program } = place(t);
  write(['scripts', 'run.cjs'], '');
  const how = `; install a newer one, or run 'npm ci' in ${root}, which brings one`;
  const refused = { end: 1, stdout: '', stderr: `${needed}, and ${process.execPath} is 18.20.4${how}\n` };
  deepEqual(start('18.20.4'), refused);

  const node = ['node_modules', `node-${system}`, 'bin', 'node'];
  const says = '#!/bin/sh\n[ "$1" = --version ] && exit\necho "$@"\n';
  for (const [last, end] of [
    ['exit 7', 7],
    ['kill -KILL $$', 'SIGKILL'],
    ['kill -INT $$', 'SIGINT'],
  ] as const) {
    write(node, `${says}${last}\n`, 0o755);
    deepEqual(start('18.20.4'), { end, stdout: `${program} --version\n`, stderr: '' });
  }

  // One for another C library is there and does not run.
  write(node, '#!/bin/sh\nexit 1\n', 0o755);
  deepEqual(start('18.20.4'), refused);
});

test('a package whose code fails shows why', t => {
  const { start, write } = place(t);
  write(['packages', 'openvpn3', 'dist', 'services', 'backend-client', 'run.js'], 'no such thing');
  const { end, stderr } = start('24.0.0');
  equal(end, 1);
  equal(stderr.includes('SyntaxError'), true);
});
