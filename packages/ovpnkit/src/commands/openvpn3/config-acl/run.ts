import { formatJson } from '@ovpnkit/management';
import type { Configuration } from '@ovpnkit/openvpn3';
import type { Context } from '../../../cli/context.ts';
import type { Outcome } from '../../../cli/outcome.ts';
import {
  type AccessChanges,
  changeAccess,
  formatGranted,
  formatUser,
} from '../../../openvpn3/change-access.ts';
import {
  type ConfigurationTarget,
  chooseConfiguration,
  namedConfiguration,
} from '../../../openvpn3/choose-target.ts';
import { confirm } from '../../../openvpn3/confirm.ts';
import { type FrontEnd, runFrontEnd } from '../../../openvpn3/front-end.ts';
import { printable } from '../../../output/printable.ts';

type AclOptions = ConfigurationTarget &
  AccessChanges & {
    readonly show: boolean;
    readonly publicAccess: boolean | undefined;
    readonly lockDown: boolean | undefined;
    readonly transferOwnerSession: boolean | undefined;
    readonly seal: boolean;
    readonly json: boolean;
  };

/** `ovpnkit config-acl`. */
export function runConfigAcl(context: Context, options: AclOptions): Promise<Outcome> {
  const named = namedConfiguration(options);
  return runFrontEnd(context, 'config-acl', async frontEnd => {
    const configuration = await chooseConfiguration(frontEnd.configurations, named);
    const print = options.json ? () => {} : frontEnd.print;
    const outcome = await changeAccess(print, configuration, options);
    await changeFlags({ ...frontEnd, print }, configuration, options);
    if (options.json) frontEnd.print(formatJson(await readAcl(configuration), 2));
    else if (options.show) print(['', ...(await formatAcl(configuration))].join('\n'));
    return outcome;
  });
}

async function changeFlags(
  { print, signal }: Pick<FrontEnd, 'print' | 'signal'>,
  configuration: Configuration,
  { transferOwnerSession, lockDown, publicAccess, seal, json }: AclOptions,
): Promise<void> {
  if (transferOwnerSession !== undefined) {
    await configuration.set('transfer_owner_session', transferOwnerSession);
    print(`Configuration ownership transfer to session ${transferOwnerSession ? 'enabled' : 'disabled'}`);
  }
  if (lockDown !== undefined) {
    await configuration.set('locked_down', lockDown);
    print(`Configuration has been ${lockDown ? 'locked down' : 'opened up'}`);
  }
  if (publicAccess !== undefined) {
    await configuration.set('public_access', publicAccess);
    print(
      `Configuration is now ${publicAccess ? 'readable to everyone' : 'only readable to specific users'}`,
    );
  }
  if (!seal) return;
  const output = json ? process.stderr : process.stdout;
  if (await confirm('makes this configuration profile read-only for everyone', output, signal)) {
    await configuration.seal();
    print('Configuration has been sealed');
  } else print('Configuration sealing operation cancelled');
}

async function readAcl(configuration: Configuration) {
  const known = await configuration.properties();
  const { name, owner, readonly, locked_down, transfer_owner_session, public_access, acl } = known;
  return {
    path: configuration.path,
    name,
    owner,
    readonly,
    locked_down,
    transfer_owner_session,
    public_access,
    acl,
  };
}

async function formatAcl(configuration: Configuration): Promise<string[]> {
  const acl = await readAcl(configuration);
  const row = (label: string, value: string) => `${label.padStart(WIDTH)}: ${value}`;
  const yesNo = (value: boolean | undefined) => (value ? 'yes' : 'no');
  return [
    row('Configuration path', acl.path),
    row('Name', printable(acl.name ?? '')),
    row('Owner', acl.owner === undefined ? '' : await formatUser(acl.owner)),
    row('Read-only', yesNo(acl.readonly)),
    row('Locked down', yesNo(acl.locked_down)),
    row('Ownership transfer', yesNo(acl.transfer_owner_session)),
    row('Public access', yesNo(acl.public_access)),
    ...(acl.public_access ? [] : await formatGranted(acl.acl ?? [], WIDTH)),
  ];
}

const WIDTH = 22;
