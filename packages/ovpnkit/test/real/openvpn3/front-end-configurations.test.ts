import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { skip } from '../../../../openvpn3/test/real/test-bed.ts';
import { masked, type RecordedScreen, recordedScreens } from './front-end-recordings.ts';
import { type FrontEndStage, openFrontEndStage, type RunOptions } from './front-end-stage.ts';

async function openDesk(t: TestContext): Promise<FrontEndStage> {
  const stage = await openFrontEndStage(t);
  const profile = await stage.server.profile('cert');
  await stage.file('prof.ovpn', profile);
  await stage.file('prof-pt.ovpn', `persist-tun\n${profile}`);
  await stage.file('noremote.ovpn', profile.replace(/^remote .*\n/m, ''));
  return stage;
}

const sortedLines = (text: string): string => text.split('\n').sort().join('\n');

describe('the commands about configurations', { skip, concurrency: 2 }, () => {
  it('say what those of openvpn3 say, and end with the same codes', async t => {
    const stage = await openDesk(t);
    const replay = async (screen: RecordedScreen | undefined, options: RunOptions = {}) => {
      if (screen === undefined) throw new Error('the recording has no such screen');
      const { code, output } = await stage.run(screen.args, { as: screen.as, ...options });
      return {
        code,
        output: masked(output),
        recorded: masked(screen.output),
        command: screen.args.join(' '),
      };
    };
    const same = async (name: string, options: RunOptions = {}) => {
      for (const screen of recordedScreens(name)) {
        const { code, output, recorded, command } = await replay(screen, options);
        deepEqual([command, code, output], [command, screen.code, recorded]);
      }
    };
    /** They stand in the order of their paths, which is another one each time. */
    const sameInAnyOrder = async (name: string, count = 1) => {
      for (const screen of recordedScreens(name).slice(0, count)) {
        const { code, output, recorded, command } = await replay(screen);
        deepEqual([command, code, sortedLines(output)], [command, 0, sortedLines(recorded)]);
      }
    };

    await same('cli-config-import-session');
    await same('cli-config-import-persistent-tags');
    await same('cli-config-import-noremote');
    await same('cli-configs-list-count');
    await sameInAnyOrder('cli-configs-list');
    await sameInAnyOrder('cli-configs-list-verbose');
    // The last one, about an unknown user, is where the deployed service ends.
    await sameInAnyOrder('cli-configs-list-filter', 3);
    await same('cli-config-manage-show');
    // The deployed program does not expect the second one, and ends with another code.
    const [there, nobody, path, foreign] = recordedScreens('cli-config-manage-exists');
    for (const [screen, expected] of [
      [there, 0],
      [nobody, 8],
      [path, 8],
      [foreign, 8],
    ] as const) {
      const { code, output, recorded } = await replay(screen);
      deepEqual([code, output], [expected, recorded]);
    }
    await same('cli-config-manage-set');
    await same('cli-config-manage-unset');
    await same('cli-config-acl-show');
    await same('cli-config-acl-grant');
    await same('cli-config-acl-revoke');
    await same('cli-config-acl-flags');
    await same('cli-config-acl-foreign');
    await same('cli-config-dump-foreign');
    await same('cli-config-remove', { typed: [['upper case) ', 'YES']] });
    await stage.run(['config-import', '--config', 'prof.ovpn', '--name', 'rm1']);
    await same('cli-config-remove-prompt', { typed: [['upper case) ', 'NO']] });
    await same('cli-config-remove-force');
  });

  it('give scripts the JSON that those of openvpn3 give', async t => {
    const stage = await openDesk(t);
    for (const name of ['session', 'persistent-tags', 'noremote']) {
      for (const { args } of recordedScreens(`cli-config-import-${name}`)) await stage.run(args);
    }
    /** Values that differ each time are replaced by their types. */
    const plain = (key: string, value: unknown): unknown => {
      if (/^imported|timestamp/.test(key)) return typeof value;
      if (key === 'object_path') return 'path';
      return key === 'invalid_reason' ? String(value).trim() : value;
    };
    const [list] = recordedScreens('cli-configs-list-json');
    const { output } = await stage.run(list?.args ?? []);
    const byName = (text: string) =>
      Object.values(JSON.parse(text, plain) as Record<string, { name: string }>).sort((a, b) =>
        a.name < b.name ? -1 : 1,
      );
    deepEqual(byName(output), byName(list?.output ?? ''));

    for (const name of ['manage-set', 'manage-unset', 'acl-flags']) {
      for (const { args } of recordedScreens(`cli-config-${name}`)) await stage.run(args);
    }
    const [dump] = recordedScreens('cli-config-dump-json');
    const dumped = JSON.parse((await stage.run(dump?.args ?? [])).output, plain);
    const { profile, ...known } = JSON.parse(dump?.output ?? '{}', plain);
    const { profile: ours, ...members } = dumped;
    deepEqual(members, { ...known, tags: ['alpha', 'gamma'] });
    deepEqual(ours[0].client, profile[0].client);
    deepEqual(ours[0].dev, profile[0].dev);
    match(ours[0].key[0], /^-----BEGIN/);
  });

  it('take the files that a profile names into it, and give the profile back', async t => {
    const stage = await openDesk(t);
    const profile = await stage.server.profile('cert');
    const [, ca = ''] = /<ca>\n(.*?)<\/ca>/s.exec(profile) ?? [];
    await stage.file('ca.pem', ca);
    await stage.file('split.ovpn', profile.replace(/<ca>.*<\/ca>/s, 'ca "ca.pem" # of the office'));
    equal((await stage.run(['config-import', '-c', 'split.ovpn', '-n', 'split'])).code, 0);
    const { code, output } = await stage.run(['config-dump', '-c', 'split']);
    equal(code, 0);
    ok(output.includes(`\n<ca>\n${ca.trim()}\n</ca>\n`), output);
    await stage.file('missing.ovpn', 'client\nca nowhere.pem\n');
    const missing = await stage.run(['config-import', '-c', 'missing.ovpn']);
    equal(missing.code, 8);
    match(
      missing.output,
      /Cannot read \/\S+\/nowhere\.pem, which missing\.ovpn names: ENOENT: no such file or directory\n$/,
    );
  });

  it('ask for the password of a proxy, and never show it', async t => {
    const stage = await openDesk(t);
    await stage.run(['config-import', '--config', 'prof.ovpn', '--name', 'office']);
    const manage = ['config-manage', '--config', 'office'];
    const set = await stage.run([...manage, '--proxy-host', 'proxy', '--proxy-password', '--show'], {
      typed: [['HTTP proxy password: ', 'swordfish']],
    });
    equal(set.code, 0, set.output);
    match(set.output, /proxy-password: \[secret\]/);
    doesNotMatch(set.output, /swordfish/);
    const json = JSON.parse((await stage.run([...manage, '--json'])).output);
    equal(json.overrides['proxy-password'], '[secret]');
  });

  it('grant nothing to somebody whom the user database only takes for one', async t => {
    const stage = await openDesk(t);
    await stage.run(['config-import', '--config', 'prof.ovpn', '--name', 'office']);
    for (const user of ['4294967305', '4294967296', ' 9']) {
      const { code, output } = await stage.run(['config-acl', '--config', 'office', '--grant', user]);
      equal(code, 3, output);
      match(output, new RegExp(`--grant ${user} does not map to a valid user account`));
    }
    const { output } = await stage.run(['config-acl', '--config', 'office', '--show']);
    match(output, /Users granted access: 0 users/);
  });

  it('say which option is missing, and which value cannot be', async t => {
    const stage = await openDesk(t);
    const usage = async (args: readonly string[], text: RegExp) => {
      const { code, output } = await stage.run(args);
      equal(code, 2, output);
      match(output, text);
    };
    await usage(['config-import'], /say which file, with --config/);
    await usage(['config-dump'], /say which configuration, with --config or --path/);
    await usage(['session-manage', '--config', 'x'], /say what to do, with --pause/);
    await usage(['session-manage', '--pause', '--resume'], /give one of --pause and --resume/);
    await usage(
      ['config-manage', '--config', 'x', '--persist-tun', 'maybe'],
      /ovpnkit: option '--persist-tun <bool>' argument 'maybe' is invalid: it must be true or false\n/,
    );
    await usage(['log', '--config', 'x', '--follow'], /a session has no history/);
  });
});
