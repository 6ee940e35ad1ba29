import { DBusError } from '@ovpnkit/dbus';
import { formatJson } from '@ovpnkit/management';
import { type Configuration, overrideValues } from '@ovpnkit/openvpn3';
import { type OptionValues, optionName } from '../../../cli/command.ts';
import type { Context } from '../../../cli/context.ts';
import type { Outcome } from '../../../cli/outcome.ts';
import { createPrompter } from '../../../openvpn3/ask.ts';
import {
  type ConfigurationTarget,
  chooseConfiguration,
  namedConfiguration,
} from '../../../openvpn3/choose-target.ts';
import { DeployedFailure } from '../../../openvpn3/command-failure.ts';
import { whyInvalid } from '../../../openvpn3/configuration-summary.ts';
import { type FrontEnd, reason, runFrontEnd } from '../../../openvpn3/front-end.ts';
import { printable } from '../../../output/printable.ts';
import { overrideNames, overrideOptions } from './override-options.ts';

type ManageOptions = ConfigurationTarget &
  OptionValues<typeof overrideOptions> & {
    readonly rename: string | undefined;
    readonly tag: readonly string[] | undefined;
    readonly removeTag: readonly string[] | undefined;
    readonly dco: boolean | undefined;
    readonly unsetOverride: readonly string[] | undefined;
    readonly exists: boolean;
    readonly quiet: boolean;
    readonly show: boolean;
    readonly json: boolean;
  };

/** `ovpnkit config-manage`. */
export function runConfigManage(context: Context, options: ManageOptions): Promise<Outcome> {
  const named = namedConfiguration(options);
  return runFrontEnd(context, 'config-manage', async frontEnd => {
    const { configurations, print } = frontEnd;
    const configuration = await chooseConfiguration(configurations, named);
    if (options.exists) {
      if (!options.quiet)
        print(`Configuration '${printable(options.config ?? configuration.path)}' is present`);
      return 'ok';
    }
    const changes: string[] = [];
    await change(frontEnd, configuration, options, line => {
      changes.push(line);
      if (!options.json) print(line);
    });
    if (options.json) print(formatJson(await describe(configuration), 2));
    else if (options.show) {
      if (changes.length > 0) print(`\n${'-'.repeat(60)}`);
      print(['', ...formatDescription(await describe(configuration))].join('\n'));
    }
    return 'ok';
  });
}

async function change(
  frontEnd: FrontEnd,
  configuration: Configuration,
  options: ManageOptions,
  tell: (line: string) => void,
): Promise<void> {
  if (options.rename !== undefined) {
    await configuration.set('name', options.rename);
    tell('Configuration renamed');
  }
  await changeTags(options.removeTag ?? [], 'Removed', tag => configuration.removeTag(tag), tell);
  await changeTags(options.tag ?? [], 'Added', tag => configuration.addTag(tag), tell);
  if (options.dco !== undefined) {
    await configuration.set('dco', options.dco);
    tell(`Data channel offload is ${options.dco ? 'enabled' : 'disabled'}`);
  }
  for (const option of Object.keys(overrideOptions) as (keyof typeof overrideOptions)[]) {
    const value = options[option];
    const name = optionName(option);
    if (option === 'proxyPassword') {
      if (value === true) tell(await setProxyPassword(frontEnd, configuration));
    } else if (value !== undefined) {
      await configuration.setOverride(name, value);
      tell(
        typeof value === 'string'
          ? `Set override '${name}' to '${printable(value)}'`
          : `Override '${name}' is ${value ? 'enabled' : 'disabled'}`,
      );
    }
  }
  for (const name of options.unsetOverride ?? []) {
    if (!overrideNames.has(name)) {
      throw new DeployedFailure(`Unsetting invalid override ${name} is not possible`);
    }
    await configuration.unsetOverride(name);
    tell(`Unset override '${name}'`);
  }
}

async function changeTags(
  tags: readonly string[],
  done: string,
  change: (tag: string) => Promise<void>,
  tell: (line: string) => void,
): Promise<void> {
  const changed: string[] = [];
  for (const tag of tags) {
    try {
      await change(tag);
      changed.push(printable(tag));
    } catch (error) {
      if (!(error instanceof DBusError)) throw error;
      tell(`Warning:  ${printable(`${reason(error)}, tag value: ${tag}`)}`);
    }
  }
  if (changed.length > 0) tell(`${done} tags: ${changed.join(', ')}`);
}

async function setProxyPassword({ signal }: FrontEnd, configuration: Configuration): Promise<string> {
  const prompter = createPrompter(process.stderr, signal);
  try {
    const password = await prompter.askSecret('HTTP proxy password: ');
    await configuration.setOverride('proxy-password', password.reveal());
  } finally {
    prompter.close();
  }
  return "Set override 'proxy-password'";
}

type Description = Awaited<ReturnType<typeof describe>>;

async function describe(configuration: Configuration) {
  const [{ overrides, ...known }, invalid] = await Promise.all([
    configuration.properties(),
    whyInvalid(configuration),
  ]);
  const values = [...overrideValues(overrides ?? new Map())].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    path: configuration.path,
    ...known,
    overrides: Object.fromEntries(
      values.map(([name, value]) => [name, name === 'proxy-password' ? '[secret]' : value]),
    ),
    invalid,
  };
}

function formatDescription(described: Description): string[] {
  const row = (label: string, value: string) => `${label.padStart(30)}: ${value}`;
  const yesNo = (value: boolean | undefined) => (value ? 'Yes' : 'No');
  const { 'dns-scope': dnsScope, ...overrides } = described.overrides;
  const rows = Object.entries(overrides).map(([name, value]) => row(name, printable(String(value))));
  return [
    row('Configuration path', described.path),
    row('Name', printable(described.name ?? '')),
    ...(described.tags?.length ? [row('Tags', described.tags.map(printable).join(', '))] : []),
    row('Read only', yesNo(described.readonly)),
    row('Persistent config', yesNo(described.persistent)),
    ...(described.dco ? [row('Data channel offload', 'Yes')] : []),
    row('DNS Resolver Scope', dnsScope === undefined ? 'global (default)' : printable(String(dnsScope))),
    ...(described.invalid === undefined ? [] : [row('Not valid', printable(described.invalid))]),
    '',
    ...(rows.length === 0 ? ['  Overrides:  No overrides set.'] : ['  Overrides: ', ...rows]),
  ];
}
