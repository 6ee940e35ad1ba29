import { formatJson } from '@ovpnkit/management';
import type { Context } from '../../../cli/context.ts';
import type { Outcome } from '../../../cli/outcome.ts';
import {
  type ConfigurationTarget,
  chooseConfiguration,
  namedConfiguration,
} from '../../../openvpn3/choose-target.ts';
import { confirm } from '../../../openvpn3/confirm.ts';
import { runFrontEnd } from '../../../openvpn3/front-end.ts';

type RemoveOptions = ConfigurationTarget & { readonly force: boolean; readonly json: boolean };

/** `ovpnkit config-remove`. */
export function runConfigRemove(context: Context, options: RemoveOptions): Promise<Outcome> {
  const named = namedConfiguration(options);
  return runFrontEnd(context, 'config-remove', async ({ configurations, print, signal }) => {
    const configuration = await chooseConfiguration(configurations, named);
    const output = options.json ? process.stderr : process.stdout;
    if (!options.force && !(await confirm('removes this configuration profile completely', output, signal))) {
      output.write('Configuration profile delete operating cancelled\n'); // sic: scripts look for it
      return 'ok';
    }
    await configuration.remove();
    print(options.json ? formatJson({ removed: configuration.path }) : 'Configuration removed.');
    return 'ok';
  });
}
