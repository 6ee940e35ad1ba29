// The first minute, on machines that have nothing yet, with the npm that people have.
import { equal, match } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Machine } from '@ovpnkit/lab/testing';
import { copySources, installed, openNewcomer } from './newcomer.ts';

const machines = [
  { name: 'Debian 12 with its Node.js and npm', node: /^v18\./, npm: /^9\.2\.0$/ },
  { name: 'Node.js 20 with npm 10.8.2', packages: ['20', '10.8.2'], node: /^v20\./, npm: /^10\.8\.2$/ },
] as const;

/** What a command prints, when it succeeds. */
async function succeed(machine: Machine, user: string, ...command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await machine.run(user, command);
  equal(code, 0, `'${command.join(' ')}' as ${user}: ${stdout}${stderr}`);
  return stdout.trim();
}

/** The README's lines, from a clone on. */
async function firstMinute(machine: Machine, user: string): Promise<void> {
  const clone = ['sh', '-c', 'cd ovpnkit && exec "$@"', 'sh'];
  match(
    await succeed(machine, user, ...clone, 'npm', 'start', '--', '--seconds', '20'),
    /^demo: ok clients=/m,
  );
  const one = 'packages/management/test/protocol/lexer.test.ts';
  match(await succeed(machine, user, ...clone, 'npm', 'test', '--', one), /^ℹ fail 0$/m);
  equal(await succeed(machine, user, ...clone, 'npx', 'ovpnkit', '--version'), '0.1.0');
  match(
    await succeed(machine, user, ...clone, 'npx', 'openvpn3-service-client', '--version'),
    /^openvpn3-service-client \(ovpnkit\) 0\.1\.0$/,
  );
}

describe('from nothing', { concurrency: true }, () => {
  for (const { name, node, npm, ...more } of machines)
    test(name, { timeout: 1_200_000 }, async t => {
      const [major, version] = 'packages' in more ? more.packages : [];
      const first =
        major === undefined
          ? {}
          : {
              first: installed(`node-${major}-npm-${version}`, [
                `node-${process.platform}-${process.arch}@${major}`,
                `npm@${version}`,
              ]),
            };
      const machine = await openNewcomer(t, { mounts: { '/srv/ovpnkit': copySources(t) }, ...first });
      match(await succeed(machine, 'root', 'node', '--version'), node);
      match(await succeed(machine, 'root', 'npm', '--version'), npm);
      await succeed(machine, 'root', 'useradd', '--create-home', '--shell', '/bin/sh', 'alice');
      for (const user of ['alice', 'root']) await succeed(machine, user, 'cp', '-r', '/srv/ovpnkit', '.');

      // Only root installs programs; everybody else is told which.
      const without = await machine.run('alice', ['sh', '-c', 'cd ovpnkit && npm start']);
      equal(without.code, 1);
      match(
        without.stderr,
        /^ovpnkit: some programs are missing here: install openvpn, .* \(on Debian: apt-get install openvpn .*\)\n$/,
      );

      await firstMinute(machine, 'root');
      await firstMinute(machine, 'alice');
    });
});
