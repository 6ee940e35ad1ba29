// The lab on other versions of OpenVPN than this machine's.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createLab, labPrivilege, startDaemon } from '../../src/index.ts';
import { openvpnOfVersion } from '../../src/openvpn/openvpn-of-version.ts';
import { runProgram } from '../../src/process/program.ts';
import { eventually, processesOf, temporaryFolder } from '../../src/testing/index.ts';

const privilege = labPrivilege();
const skip = privilege.type === 'ready' ? false : privilege.reason;

/** The version of the management interface that each announces. */
const banners = { '2.5': 3, '2.6': 5, '2.7': 6 } as const;

for (const version of ['2.5', '2.6', '2.7'] as const) {
  describe(`OpenVPN ${version}`, { skip }, () => {
    it('is fetched once, however many ask for it', async () => {
      const script = `import { openvpnOfVersion } from ${JSON.stringify(import.meta.resolve('../../src/openvpn/openvpn-of-version.ts'))};
        process.stdout.write(await openvpnOfVersion('${version}'));`;
      const another = () => runProgram([process.execPath, '--input-type=module', '--eval', script]);
      const [openvpn, ...others] = await Promise.all([openvpnOfVersion(version), another(), another()]);
      assert.equal(await openvpnOfVersion(version), openvpn);
      for (const { stdout, stderr } of others) {
        assert.equal(stdout, openvpn);
        assert.match(
          stderr,
          new RegExp(`^ovpnkit: OpenVPN ${version.replace('.', '\\.')}\\.\\d+ of Debian's \\w+ is /`, 'm'),
        );
      }
    });

    it('runs a lone daemon, under its own name', async t => {
      const openvpn = await openvpnOfVersion(version);
      const directory = temporaryFolder(t);
      const daemon = await startDaemon({ directory, name: 'daemon', lines: [], openvpn });
      t.after(() => daemon.stop('SIGKILL'));
      const socket = connect(daemon.socket);
      const [banner] = await once(socket, 'data');
      socket.destroy();
      assert.match(
        String(banner),
        new RegExp(`^>INFO:OpenVPN Management Interface Version ${banners[version]} `),
      );
      assert.equal(readFileSync(`/proc/${daemon.pid}/comm`, 'utf8'), 'openvpn\n');
      const [program = ''] = readFileSync(`/proc/${daemon.pid}/cmdline`, 'utf8').split('\0');
      assert.match(program, /\/openvpn$/);
      assert.equal(await daemon.stop(), 0);
      await daemon.start();
    });

    it('hands nothing of its loader and libraries on to what it runs', async t => {
      const openvpn = await openvpnOfVersion(version);
      const directory = temporaryFolder(t);
      const lines = ['script-security 2', 'up "/bin/sh -c \'env >seen; exec ip -V >>seen\'"', 'down-pre'];
      const daemon = await startDaemon({ directory, name: 'daemon', lines, openvpn });
      t.after(() => daemon.stop('SIGKILL'));
      const seen = await eventually('the script has run', () => {
        const text = readFileSync(join(directory, 'seen'), { encoding: 'utf8', flag: 'a+' });
        return text.includes('iproute2') && text;
      });
      assert.doesNotMatch(seen, /^LD_|openvpn-\d\.\d\//m);
    });

    it('is the server and the clients of a lab', async t => {
      const lab = await createLab({ clients: 2, openvpn: await openvpnOfVersion(version) });
      t.after(() => lab.close());
      for (const client of lab.clients)
        await eventually(`${client.name} reaches the server`, async () => (await lab.ping(client)) === 1);
      for (const daemon of [lab.server, ...lab.clients])
        assert.match(
          readFileSync(daemon.logPath, 'utf8'),
          new RegExp(`OpenVPN ${version.replace('.', '\\.')}\\.`),
        );
      await lab.close();
      assert.deepEqual(processesOf(lab.directory), []);
    });
  });
}

describe('a lab client of OpenVPN 2.7, whose server pushes DNS', { skip }, () => {
  /** The resolv.conf that it leaves, in an /etc of its own, with the program that 2.7 comes with for DNS. */
  async function resolvConf(t: TestContext, ...lines: string[]): Promise<string> {
    const openvpn = await openvpnOfVersion('2.7');
    const script = `set -e
      mount -t tmpfs tmpfs "$1" && cp -a /etc/. "$1" && rm -f "$1/resolv.conf"
      echo nameserver 192.0.2.53 >"$1/resolv.conf"
      mount --bind "$1" /etc
      mount -t tmpfs tmpfs /usr/libexec && mkdir /usr/libexec/openvpn && cp "$2" /usr/libexec/openvpn
      shift 2; exec "$@"`;
    const { code, stdout, stderr } = await runProgram([
      ...['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', temporaryFolder(t)],
      join(dirname(openvpn), 'root/usr/libexec/openvpn/dns-updown'),
      ...[process.execPath, fileURLToPath(import.meta.resolve('./pushed-dns.ts')), openvpn, ...lines],
    ]);
    assert.deepEqual([code, stderr], [0, '']);
    return stdout;
  }

  it('leaves the resolv.conf of the machine alone, unless its lines say otherwise', async t => {
    const before = readFileSync('/etc/resolv.conf', 'utf8');
    assert.equal(await resolvConf(t), 'nameserver 192.0.2.53\n');
    assert.equal(await resolvConf(t, 'setenv MORE yes'), 'nameserver 192.0.2.53\n');
    assert.match(await resolvConf(t, 'dns-updown force'), /nameserver 198\.19\.0\.1/);
    assert.equal(readFileSync('/etc/resolv.conf', 'utf8'), before);
  });
});
