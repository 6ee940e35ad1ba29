import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '@ovpnkit/lab/testing';
import { CONFIGURATION_PATH } from '../src/contract/names.ts';
import { addTag } from '../src/services/configuration/changes.ts';
import { type Configuration, newConfiguration } from '../src/services/configuration/configuration.ts';
import { openConfigurationFolder } from '../src/services/configuration/configuration-folder.ts';
import { createConfigurations } from '../src/services/configuration/configurations.ts';
import { readProfile } from '../src/services/configuration/read-profile.ts';
import { formatStored } from '../src/services/configuration/stored-configuration.ts';

const id = (number: number) => `${number}`.padStart(36, '0');

const configuration = (number: number, change: Partial<Configuration> = {}): Configuration => ({
  ...newConfiguration({
    ...readProfile('client\nsetenv A b\nsetenv C d\n'),
    path: `${CONFIGURATION_PATH}/${id(number)}`,
    name: `${number}`,
    owner: 5,
    persistent: true,
    singleUse: false,
    imported: 0,
  }),
  ...change,
});

async function folderFor(t: TestContext): Promise<string> {
  const folder = temporaryFolder(t);
  return folder;
}

test('a configuration is a file that its user alone can read, until it is removed', async t => {
  const folder = join(await folderFor(t), 'made', 'when', 'missing');
  const { write, remove } = await openConfigurationFolder(folder);
  await write(configuration(1));
  await write(configuration(1, { name: 'again' }));
  deepEqual(await readdir(folder), [`${id(1)}.json`]);
  equal((await stat(join(folder, `${id(1)}.json`))).mode & 0o777, 0o600);
  const { stored, problems } = await openConfigurationFolder(folder);
  deepEqual([stored.map(({ name }) => name), problems], [['again'], []]);
  await remove(configuration(1));
  deepEqual(await readdir(folder), []);
});

test('a folder that cannot be read is named, with what to do', async t => {
  const file = join(await folderFor(t), 'file');
  await writeFile(file, '');
  await rejects(openConfigurationFolder(join(file, 'configs')), {
    message: /^The folder .*\/file\/configs cannot be read: ENOTDIR.*; give it to the user of the service, /,
  });
});

test('a write that fails leaves the old file as it was, and nothing half-written', async t => {
  const folder = await folderFor(t);
  const { write } = await openConfigurationFolder(folder);
  await write(configuration(1));
  // A folder in the place of the new file, which cannot be renamed over.
  await mkdir(join(folder, `${id(2)}.json`));
  await rejects(write(configuration(2)), { code: 'EISDIR' });
  deepEqual((await readdir(folder)).sort(), [`${id(1)}.json`, `${id(2)}.json`]);
});

test('what was left half-written is neither read nor in the way', async t => {
  const folder = await folderFor(t);
  const half = join(folder, `${id(1)}.json.new`);
  await writeFile(half, '{"object_path":');
  const { stored, problems, write } = await openConfigurationFolder(folder);
  deepEqual([stored, problems], [[], []]);
  await write(configuration(1));
  deepEqual(await readdir(folder), [`${id(1)}.json`]);
});

test('a bad file is passed over with a sentence, and stays', async t => {
  const folder = await folderFor(t);
  const put = (number: number, text: string) => writeFile(join(folder, `${id(number)}.json`), text);
  await put(1, formatStored(configuration(1)));
  await put(2, 'hello');
  await put(3, '');
  await put(4, formatStored(configuration(1)));
  await put(5, JSON.stringify({ object_path: `${CONFIGURATION_PATH}/other`, overrides: { nosuch: true } }));
  await writeFile(join(folder, 'short.json'), 'not looked at');
  await mkdir(join(folder, `${id(6)}.json`));
  await symlink(`${id(9)}.json`, join(folder, `${id(7)}.json`));
  const { stored, problems } = await openConfigurationFolder(folder);
  deepEqual(
    stored.map(({ path }) => path),
    [configuration(1).path, `${CONFIGURATION_PATH}/other`],
  );
  const file = (number: number) => `Invalid persistent configuration file ${folder}/${id(number)}.json: `;
  deepEqual(problems.slice(0, 4), [
    { category: 'CRIT', text: `${file(2)}it is no JSON` },
    { category: 'CRIT', text: `${file(3)}it is no JSON` },
    {
      category: 'CRIT',
      text: `${file(4)}another file has the configuration ${configuration(1).path} already`,
    },
    { category: 'ERROR', text: 'Incorrect override key: nosuch, ignoring' },
  ]);
  equal(problems.length, 6);
  equal((await readdir(folder)).length, 8);
  equal(await readFile(join(folder, `${id(2)}.json`), 'utf8'), 'hello');
});

test('a configuration stays in the file that it came from', async t => {
  const folder = await folderFor(t);
  await writeFile(join(folder, `${id(1)}.json`), formatStored(configuration(2)));
  const { stored, write, remove } = await openConfigurationFolder(folder);
  await write({ ...configuration(2), name: 'changed' });
  deepEqual(await readdir(folder), [`${id(1)}.json`]);
  await remove(stored[0] ?? configuration(1));
  deepEqual(await readdir(folder), []);
});

test('changes of one configuration come one behind the other, and none is lost', async t => {
  const folder = await openConfigurationFolder(await folderFor(t));
  const configurations = createConfigurations(folder, []);
  await configurations.add(configuration(1));
  const { path } = configuration(1);
  const tags = Array.from({ length: 20 }, (_, index) => `t${index}`);
  await Promise.all(tags.map(tag => configurations.update(path, each => addTag(each, tag))));
  deepEqual(configurations.get(path)?.tags, tags);
});

test('what cannot be stored is refused, and nothing is changed', async t => {
  const folder = await folderFor(t);
  const configurations = createConfigurations(await openConfigurationFolder(folder), []);
  await configurations.add(configuration(1));
  await rm(folder, { recursive: true });
  const { path } = configuration(1);
  const refusal =
    /GDBus\.Error:net\.openvpn\.gdbuspp\.request: The configuration could not be stored: ENOENT/;
  await rejects(
    configurations.update(path, each => addTag(each, 't')),
    refusal,
  );
  await rejects(configurations.add(configuration(2)), refusal);
  deepEqual(
    configurations.all().map(each => [each.path, each.tags]),
    [[path, []]],
  );
});

test('no user can fill the memory', async t => {
  const configurations = createConfigurations(await openConfigurationFolder(await folderFor(t)), []);
  const add = (number: number, owner: number) =>
    configurations.add(configuration(number, { owner, persistent: false }));
  for (let number = 0; number < 1024; number++) await add(number, 5);
  await rejects(add(2000, 5), /Too many configuration profiles of this user; remove some/);
  await add(2000, 6);
  ok(await configurations.remove(configuration(7).path));
  await add(2001, 5);
});
