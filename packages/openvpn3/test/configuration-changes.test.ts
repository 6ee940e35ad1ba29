import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { Variant } from '@ovpnkit/dbus';
import {
  addTag,
  checkedName,
  countUse,
  grantAccess,
  removeTag,
  revokeAccess,
  seal,
  setOverride,
  unsetOverride,
} from '../src/services/configuration/changes.ts';
import { type Configuration, newConfiguration } from '../src/services/configuration/configuration.ts';
import { readProfile } from '../src/services/configuration/read-profile.ts';

const configuration = newConfiguration({
  ...readProfile('client\ndev tun\nremote h\n<ca>\nx\n</ca>\n'),
  path: '/a',
  name: 'a',
  owner: 5,
  persistent: false,
  singleUse: false,
  imported: 0,
});

const refuses = (change: () => unknown, text: string): void =>
  throws(change, {
    errorName: 'org.gtk.GDBus.UnmappedGError.Quark._net_2eopenvpn_2egdbuspp.Code36',
    message: `GDBus.Error:net.openvpn.gdbuspp: ${text}`,
  });

test('a tag is added once and removed once', () => {
  const tagged = ['t1', 'x'.repeat(128), 'sp ace', 'system:foo', 'a\nb', 'é'].reduce(addTag, configuration);
  deepEqual(tagged.tags, ['t1', 'x'.repeat(128), 'sp ace', 'system:foo', 'ab', 'é']);
  refuses(() => addTag(tagged, 't1'), 'Tag already exists');
  for (const change of [addTag, removeTag]) {
    refuses(() => change(tagged, ''), 'Tag value cannot be empty');
    refuses(() => change(tagged, '\x01\n'), 'Tag value cannot be empty');
    refuses(() => change(tagged, 'x'.repeat(129)), 'Tag value too long');
  }
  deepEqual(removeTag(tagged, 'sp ace').tags, ['t1', 'x'.repeat(128), 'system:foo', 'ab', 'é']);
  refuses(() => removeTag(configuration, 't1'), 'Non-existing tag');
});

test('a user is granted access once and loses it once', () => {
  const granted = [424242, 5].reduce(grantAccess, configuration);
  deepEqual(granted.acl, [424242, 5]);
  refuses(() => grantAccess(granted, 5), 'UID already granted access');
  deepEqual(revokeAccess(granted, 424242).acl, [5]);
  refuses(() => revokeAccess(configuration, 9), 'UID not granted access');
});

test('an override has a value that fits, and the last that was set comes last', () => {
  const set = (key: string, variant: Variant) => (each: Configuration) => setOverride(each, key, variant);
  const after = [
    set('port-override', new Variant('s', '443')),
    set('persist-tun', new Variant('b', true)),
    set('port-override', new Variant('s', '444')),
  ].reduce((each, change) => change(each), configuration);
  deepEqual(
    [...after.overrides],
    [
      ['persist-tun', true],
      ['port-override', '444'],
    ],
  );
  deepEqual([...unsetOverride(after, 'persist-tun').overrides], [['port-override', '444']]);
  const refusals: [string, Variant, string][] = [
    ['port-override', new Variant('u', 5), 'Unsupported override data type: u'],
    ['dns-sync-lookup', new Variant('as', ['a']), 'Unsupported override data type: as'],
    [
      'persist-tun',
      new Variant('s', 'true'),
      "(SetOverride) Invalid override data type for 'persist-tun': s",
    ],
    ['ipv6', new Variant('b', true), "(SetOverride) Invalid override data type for 'ipv6': b"],
    ['nosuch', new Variant('s', 'x'), "Invalid override key 'nosuch'"],
    ['', new Variant('s', 'x'), "Invalid override key ''"],
    ['Persist-Tun', new Variant('b', true), "Invalid override key 'Persist-Tun'"],
    ['ipv6', new Variant('s', 'maybe'), "(SetOverride) Invalid override value for 'ipv6'"],
    ['port-override', new Variant('s', '99999'), "(SetOverride) Invalid override value for 'port-override'"],
    [
      'proxy-password',
      new Variant('s', 'x'.repeat(1025)),
      "(SetOverride) Invalid override value for 'proxy-password'",
    ],
  ];
  for (const [key, variant, text] of refusals) refuses(() => setOverride(after, key, variant), text);
  refuses(() => unsetOverride(configuration, 'ipv6'), "Override 'ipv6' has not been set");
  refuses(() => unsetOverride(configuration, 'nosuch'), "Override 'nosuch' has not been set");
});

test('only what is valid can be sealed, and more than once', () => {
  equal(seal(seal(configuration)).sealed, true);
  refuses(
    () => seal({ ...configuration, ...readProfile('client\n') }),
    'Configuration is not currently valid',
  );
});

test('a use is counted with its time', () => {
  const { usedCount, lastUsed } = countUse(countUse(configuration, 7), 9);
  deepEqual([usedCount, lastUsed], [2, 9]);
  equal(countUse({ ...configuration, usedCount: 0xffff_ffff }, 1).usedCount, 0xffff_ffff);
});

test('a name is one line of bounded length, in any script', () => {
  equal(checkedName('na\x01me\n é'), 'name é');
  refuses(() => checkedName('é'.repeat(513)), 'Configuration name too long');
});

test('tags and granted users are bounded', () => {
  const many = Array.from({ length: 128 }, (_, index) => `${index}`).reduce(addTag, configuration);
  refuses(() => addTag(many, 'more'), 'There are 128 tags already; remove one first');
  const users = Array.from({ length: 1024 }, (_, uid) => uid).reduce(grantAccess, configuration);
  refuses(() => grantAccess(users, 5000), '1024 users have access already; revoke one first');
});
