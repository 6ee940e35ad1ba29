import { createLab } from '@ovpnkit/lab';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { limitTime } from '../../cli/time-limit.ts';
import { untilAborted } from '../../cli/until-aborted.ts';
import { formatCount } from '../../output/quantity.ts';
import { acquireLabPrivilege } from './lab-privilege.ts';

type RunLabOptions = {
  readonly clients: number;
  readonly openvpn: string | undefined;
  readonly seconds: number | undefined;
};

/** `ovpnkit lab`. */
export async function runLab(
  { print, signal }: Context,
  { clients, openvpn, seconds }: RunLabOptions,
): Promise<Outcome> {
  acquireLabPrivilege(openvpn);
  const lab = await createLab({ clients, openvpn, signal });
  try {
    print(`lab: an OpenVPN server and ${formatCount(clients, 'client')} in ${lab.directory}, until Ctrl-C`);
    for (const { name, socket } of [lab.server, ...lab.clients]) print(`  ${name.padEnd(9)} unix:${socket}`);
    print(`try: ovpnkit --management unix:${lab.server.socket} watch`);
    await untilAborted(limitTime(signal, seconds));
  } finally {
    await lab.close();
  }
  signal.throwIfAborted();
  return 'ok';
}
