import { formatJson } from '@ovpnkit/management';
import { type Configuration, overrideValues } from '@ovpnkit/openvpn3';
import type { Context } from '../../../cli/context.ts';
import type { Outcome } from '../../../cli/outcome.ts';
import {
  type ConfigurationTarget,
  chooseConfiguration,
  namedConfiguration,
} from '../../../openvpn3/choose-target.ts';
import { runFrontEnd } from '../../../openvpn3/front-end.ts';
import { printable } from '../../../output/printable.ts';

type DumpOptions = ConfigurationTarget & { readonly json: boolean };

/** `ovpnkit config-dump`. */
export function runConfigDump(context: Context, options: DumpOptions): Promise<Outcome> {
  const named = namedConfiguration(options);
  return runFrontEnd(context, 'config-dump', async ({ configurations, print }) => {
    const configuration = await chooseConfiguration(configurations, named);
    if (options.json) {
      print(formatJson(await readMembers(configuration), 2));
      return 'ok';
    }
    const profile = (await configuration.fetch()).replace(/\n$/, '');
    // A file gets the very bytes; a terminal gets what is harmless.
    print(process.stdout.isTTY ? profile.split('\n').map(printable).join('\n') : profile);
    return 'ok';
  });
}

/** The members that scripts know. */
async function readMembers(configuration: Configuration): Promise<object> {
  const profile = await configuration.fetchJson();
  const { acl, overrides, tags, persistent, single_use, valid, ...known } = await configuration.properties();
  const values = Object.fromEntries(overrideValues(overrides ?? new Map()));
  return {
    object_path: configuration.path,
    ...known,
    ...(tags?.length ? { tags } : {}),
    ...(acl?.length ? { acl } : {}),
    ...(Object.keys(values).length > 0 ? { overrides: values } : {}),
    profile: [JSON.parse(profile)],
  };
}
