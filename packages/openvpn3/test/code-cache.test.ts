import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import { codeCacheOf, loadScript } from '../src/share/code-cache.ts';

let count = 0;

/** Another one each time: V8 remembers what it has compiled in this process. */
function scriptFor(t: TestContext): string {
  const folder = temporaryFolder(t);
  const path = join(folder, 'program.cjs');
  writeFileSync(path, `(function (a) { const twice = x => 2 * x; return twice(a); }) // ${count++}`);
  return path;
}

/** In a process of its own, as it wants to be called. */
function makeCache(path: string, ...flags: string[]): void {
  const source = `import { makeCodeCache } from ${JSON.stringify(import.meta.resolve('../src/share/code-cache.ts'))};
makeCodeCache(${JSON.stringify(path)});`;
  execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', source]);
}

const run = (path: string): unknown => loadScript(path).runInThisContext()(21);

test('a script runs with the code cache that was made for it', t => {
  const path = scriptFor(t);
  makeCache(path);
  assert.equal(loadScript(path).cachedDataRejected, false);
  assert.equal(run(path), 42);
});

test('a script runs without a code cache', t => {
  assert.equal(run(scriptFor(t)), 42);
});

test('a script runs with a code cache that is of no use to this Node', t => {
  const broken: ((whole: Buffer) => Buffer)[] = [
    whole => whole,
    whole => whole.subarray(0, 40),
    () => Buffer.from('no cache at all'),
  ];
  for (const change of broken) {
    const path = scriptFor(t);
    makeCache(path, '--no-opt');
    writeFileSync(codeCacheOf(path), change(readFileSync(codeCacheOf(path))));
    const script = loadScript(path);
    assert.equal(script.cachedDataRejected, true);
    assert.equal(script.runInThisContext()(21), 42);
  }
});

test('a code cache of a script of another length is not used', t => {
  const path = scriptFor(t);
  makeCache(path);
  writeFileSync(path, '(function (a) { return a; })');
  assert.equal(run(path), 21);
});
