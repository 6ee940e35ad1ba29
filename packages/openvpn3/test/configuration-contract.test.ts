import { deepEqual, equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Configuration, ConfigurationManager } from '../src/contract/configuration.ts';
import { dialectOf } from '../src/contract/dialect.ts';
import { CONFIGURATION } from '../src/contract/names.ts';
import { API_VERSION } from '../src/services/host/api-version.ts';
import { membersOf, parseIntrospection } from './introspection.ts';

const recorded = (name: string) =>
  parseIntrospection(
    readFileSync(new URL(`recordings/introspection/${name}.xml`, import.meta.url), 'utf8'),
    CONFIGURATION,
  );

test('the configuration manager has exactly the members of the deployed one', () => {
  deepEqual(membersOf(ConfigurationManager), recorded('configmgr'));
});

test('a configuration has exactly the members of a deployed one', () => {
  deepEqual(membersOf(Configuration), recorded('config-object'));
});

test('properties come in alphabetical order, as GDBus++ gives them', () => {
  const names = [...Configuration.properties.keys()];
  deepEqual(names, names.toSorted());
});

test('a backend that looks at the version of our services speaks the dialect of v27', () => {
  equal(dialectOf(API_VERSION), 'v27');
});
