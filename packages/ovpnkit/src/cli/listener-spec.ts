import type { Endpoint } from '@ovpnkit/management';
import { type ListenerOptions, type Role, roles } from '@ovpnkit/management/hub';
import { parseAddress } from './address.ts';
import { readPasswordFile } from './password-file.ts';
import { UsageError } from './usage-error.ts';

/**
 * A listener of the hub as users write it: an address and its settings, `unix:/run/ovpnkit/server.sock,role=operator,mode=660`
 * or `tcp:127.0.0.1:7505,password-file=pw`.
 */
export function parseListener(text: string): ListenerOptions {
  const [place = '', ...settings] = text.split(',');
  const options: ListenerOptions = Object.assign(readPlace(place), ...settings.map(parseSetting));
  if ('port' in options && !isLoopback(options.host) && !options.password) {
    throw new UsageError(`${place} would be open to the network without a password; add ,password-file=FILE`);
  }
  return options;
}

function readPlace(text: string): Endpoint {
  try {
    const target = parseAddress(text);
    if (!('listen' in target)) return target;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
  throw new UsageError(
    `'${text}' is no place to listen at; write unix:/run/ovpnkit/server.sock or tcp:127.0.0.1:7505`,
  );
}

/** Whether only programs of this machine reach it. */
const isLoopback = (host = 'localhost'): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');

function parseSetting(setting: string): Partial<ListenerOptions> {
  const [name = '', value = ''] = setting.split(/=(.*)/s);
  switch (name) {
    case 'role':
      return { role: parseRole(value) };
    case 'mode':
      if (!/^0?[0-7]{3}$/.test(value))
        throw new UsageError(`mode=${value} is no mode; write it as chmod does, such as 660`);
      return { mode: Number.parseInt(value, 8) };
    case 'password-file':
      return { password: readPasswordFile(value) };
    default:
      throw new UsageError(`there is no setting '${name}'; take role, mode or password-file`);
  }
}

function parseRole(value: string): Role {
  const role = roles.find(known => known === value);
  if (!role) throw new UsageError(`there is no role '${value}'; take one of ${roles.join(', ')}`);
  return role;
}
