import { equal, match, throws } from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openvpnProgram } from '../../src/daemon/openvpn-program.ts';

/** A folder with programs of these names; none of them is run. */
function folderWith(t: TestContext, ...names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'ovpnkit-program-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of names) writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 });
  return folder;
}

describe('the openvpn program', () => {
  it('is the one that the option names, before the variable, before the PATH', t => {
    const [first, second, third] = [folderWith(t, 'mine'), folderWith(t, 'theirs'), folderWith(t, 'openvpn')];
    const environment = { OVPNKIT_OPENVPN: join(second, 'theirs'), PATH: third };
    equal(openvpnProgram(join(first, 'mine'), environment), join(first, 'mine'));
    equal(openvpnProgram(undefined, environment), join(second, 'theirs'));
    equal(openvpnProgram(undefined, { PATH: third }), join(third, 'openvpn'));
    equal(openvpnProgram(undefined, { PATH: third, OVPNKIT_OPENVPN: '' }), join(third, 'openvpn'));
  });

  it('is the first in the PATH that can be run, and nothing relative', t => {
    const [plain, folder, good] = [folderWith(t, 'openvpn'), folderWith(t), folderWith(t, 'openvpn')];
    chmodSync(join(plain, 'openvpn'), 0o644);
    mkdirSync(join(folder, 'openvpn'));
    const PATH = ['', '.', relative('.', good), plain, folder, good, good].join(':');
    equal(openvpnProgram(undefined, { PATH }), join(good, 'openvpn'));
  });

  it('may be named without a folder, or from the working directory', t => {
    const folder = folderWith(t, 'openvpn-next');
    equal(openvpnProgram('openvpn-next', { PATH: folder }), join(folder, 'openvpn-next'));
    equal(openvpnProgram(relative('.', join(folder, 'openvpn-next')), {}), join(folder, 'openvpn-next'));
  });

  it('is never another one than the one that was named', t => {
    const PATH = folderWith(t, 'openvpn');
    const folder = folderWith(t, 'plain');
    chmodSync(join(folder, 'plain'), 0o644);
    const what = 'install openvpn, or name it with --openvpn or OVPNKIT_OPENVPN where ovpnkit is started';
    for (const [name, why] of [
      ['/nowhere/openvpn', 'The OpenVPN daemon /nowhere/openvpn cannot be run (ENOENT)'],
      [join(folder, 'plain'), `The OpenVPN daemon ${folder}/plain cannot be run (EACCES)`],
      [join(PATH, 'openvpn', 'x'), `The OpenVPN daemon ${PATH}/openvpn/x cannot be run (ENOTDIR)`],
      [`${folder}/`, `The OpenVPN daemon ${folder} cannot be run (it is no file)`],
    ] as const) {
      throws(() => openvpnProgram(name, { PATH }), { message: `${why}; ${what}` });
      throws(() => openvpnProgram(undefined, { PATH, OVPNKIT_OPENVPN: name }), {
        message: `${why}; ${what}`,
      });
    }
    for (const name of ['openvpn-none', ''])
      throws(
        () => openvpnProgram(name, { PATH }),
        (error: Error) => {
          match(
            error.message,
            /^There is no program '(openvpn-none)?' in .*, \/usr\/local\/sbin, .*; install openvpn/,
          );
          return true;
        },
      );
  });
});
