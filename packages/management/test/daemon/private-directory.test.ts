import { deepEqual, equal, throws } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { privateDirectory } from '../../src/daemon/private-directory.ts';

const skip = process.platform === 'linux' ? false : 'process id namespaces are of Linux';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ovpnkit-private-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Makes one in a process that has ended when this returns. */
function madeByAnother(parent: string): string {
  const module = new URL('../../src/daemon/private-directory.ts', import.meta.url).href;
  const script = `import { privateDirectory } from '${module}'; console.log(privateDirectory('x', '${parent}'));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  return stdout.trim();
}

describe('a private directory', { skip }, () => {
  it('is for this user alone, and each call makes another', t => {
    const parent = temporaryFolder(t);
    const [first, second] = [privateDirectory('x', parent), privateDirectory('x', parent)];
    equal(statSync(first).mode & 0o777, 0o700);
    deepEqual(readdirSync(parent).sort(), [basename(first), basename(second)].sort());
  });

  it('takes the place of those whose processes have ended, whatever is in them', t => {
    const parent = temporaryFolder(t);
    writeFileSync(join(madeByAnother(parent), 'file'), '');
    const other = privateDirectory('y', parent);
    equal(readdirSync(parent).length, 2);
    const ours = privateDirectory('x', parent);
    deepEqual(readdirSync(parent).sort(), [basename(other), basename(ours)].sort());
  });

  it('lets stay what is no directory of this user or another process namespace', t => {
    const parent = temporaryFolder(t);
    const stale = basename(madeByAnother(parent));
    rmSync(join(parent, stale), { recursive: true });
    writeFileSync(join(parent, `${stale}-file`), '');
    mkdirSync(join(parent, stale.replace(/\d+/, '1')));
    mkdirSync(join(parent, stale.replace(/-\d+-\w+$/, '-not-a-pid')));
    const before = readdirSync(parent);
    if (process.getuid?.() === 0) {
      mkdirSync(join(parent, `${stale}-foreign`));
      chownSync(join(parent, `${stale}-foreign`), 65534, 65534);
      before.push(`${stale}-foreign`);
    }
    const ours = privateDirectory('x', parent);
    deepEqual(readdirSync(parent).sort(), [...before, basename(ours)].sort());
  });

  it('says which place is missing', () => {
    throws(() => privateDirectory('x', '/nowhere'), /ENOENT.*nowhere/);
  });
});
