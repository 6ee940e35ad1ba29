// Where the program finds a daemon when nobody says where it is: in a /run of its own.
import { deepEqual, equal, match } from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { labPrivilege, startDaemon } from '@ovpnkit/lab';
import { atEnd, temporaryFolder } from '@ovpnkit/lab/testing';
import { type Ended, program, start } from './cli-process.ts';

const privilege = labPrivilege();
const skip = privilege.type === 'ready' ? false : privilege.reason;

/** Runs the program where /run has these links to a folder's sockets and nothing else. */
function runWhere(
  t: TestContext,
  sockets: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<Ended> {
  const binds = Object.entries(sockets).map(
    ([path, target]) => `mkdir -p "$(dirname ${path})" && touch ${path} && mount --bind ${target} ${path}`,
  );
  const script = ['mount -t tmpfs none /run', ...binds, 'exec "$@"'].join(' && ');
  return start(t, ['unshare', '--mount', 'sh', '-c', script, 'sh', process.execPath, program, ...args]).ended;
}

describe('a daemon that nobody named', { skip, concurrency: 2 }, () => {
  const open = async (t: TestContext): Promise<string> => {
    const daemon = await startDaemon({ directory: temporaryFolder(t), name: 'daemon', lines: [] });
    atEnd(t, () => daemon.stop('SIGKILL'));
    return daemon.socket;
  };

  it('is the only one that there is, and is told in one line', async t => {
    const socket = await open(t);
    for (const path of ['/run/openvpn/server.sock', '/run/openvpn-server/mgmt', '/run/ovpnkit/server.sock']) {
      const { code, stdout, stderr } = await runWhere(t, { [path]: socket }, ['version']);
      equal(code, 0, stderr);
      match(stdout, /^OpenVPN /);
      equal(stderr, `ovpnkit: using unix:${path}, the only management socket here\n`);
    }
  });

  it('is reached through the hub that has a socket of the same name', async t => {
    const socket = await open(t);
    const both = { '/run/openvpn/server.sock': socket, '/run/ovpnkit/server.sock': socket };
    match(
      (await runWhere(t, both, ['version'])).stderr,
      /^ovpnkit: using unix:\/run\/ovpnkit\/server\.sock, /,
    );
  });

  it('is not chosen among several, which are listed', async t => {
    const socket = await open(t);
    const two = { '/run/openvpn/a.sock': socket, '/run/openvpn-client/b.sock': socket };
    const { code, stdout, stderr } = await runWhere(t, two, ['version']);
    deepEqual([code, stdout], [2, '']);
    equal(
      stderr,
      'ovpnkit: several are here: choose one with --management, of unix:/run/openvpn-client/b.sock, unix:/run/openvpn/a.sock\n',
    );
  });

  it('is asked for when there is none, with the line that its configuration needs', async t => {
    const { code, stdout, stderr } = await runWhere(t, {}, ['version']);
    deepEqual([code, stdout], [2, '']);
    match(stderr, /^ovpnkit: say where the daemon is, .*'management \/run\/openvpn\/server\.sock unix'.*\n$/);
  });
});
