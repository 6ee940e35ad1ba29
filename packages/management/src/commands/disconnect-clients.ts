import { CommandError, LookupError } from '../errors.ts';
import { findClients, parseCidTarget } from '../protocol/client-lookup.ts';
import { type Command, command } from '../protocol/command.ts';
import { EncodeError } from '../protocol/encode-error.ts';
import { integer } from '../protocol/encoder.ts';
import { isIpv4 } from '../protocol/ip-address.ts';
import { refuseMisreadKill } from '../protocol/kill-target.ts';
import type { Client, Status } from '../protocol/status.ts';
import type { Run } from './answer.ts';
import { readStatus } from './read-status.ts';

export type DisconnectOptions = {
  /** Disconnects every client that the target means, where otherwise more than one is refused. */
  all?: boolean;
  /** What the client does then: connect again (the default) or end. A client that asks again is let in as any other. */
  order?: 'RESTART' | 'HALT';
  /**
   * A text for the client's user. From OpenVPN 2.7.8 on, `[P]` before it lets the client keep its password and `[N]` sends it
   * to its next server.
   */
  reason?: string;
};

/** A client that was disconnected. */
export type DisconnectedClient = {
  /** `undefined` up to OpenVPN 2.3, which has no CIDs in its status. */
  readonly cid: number | undefined;
  /** Its row in the status; `undefined` when that is not complete and the client was named by its CID. */
  readonly client: Client | undefined;
};

/** `run` is of one connection: the CIDs of another daemon, or after a reconnection, are other clients'. */
export async function disconnectClients(
  run: Run,
  target: string,
  { all = false, order, reason }: DisconnectOptions = {},
): Promise<DisconnectedClient[]> {
  const message = reason === undefined ? order : `${order ?? 'RESTART'},${reason}`;
  const text = message === undefined ? [] : [['reason', message] as const];
  const kill = (cid: number): Command => command('client-kill', integer('cid', cid), ...text);
  kill(0); // a text that cannot be sent is refused before anything is asked

  const status = await readStatus(run, 3);
  const cid = parseCidTarget(target);
  if (cid !== undefined && !isWhole(status) && status.mode !== 'client') {
    await run(kill(cid));
    const [client] = status.mode === 'server' ? findClients(status, target) : [];
    return [{ cid, client }];
  }
  const clients = lookUp(status, target, all);
  const gone: unknown[] = [];
  const disconnected: DisconnectedClient[] = [];
  for (const client of clients) {
    const what = client.cid === undefined ? killWithoutCid(client, status, message) : kill(client.cid);
    try {
      await run(what);
      disconnected.push({ cid: client.cid, client });
    } catch (error) {
      // Of many, some may leave by themselves meanwhile.
      if (!(error instanceof CommandError) || clients.length === 1) throw error;
      gone.push(error);
    }
  }
  if (disconnected.length === 0) throw gone[0];
  return disconnected;
}

function lookUp(status: Status, target: string, all: boolean): readonly Client[] {
  if (status.mode === 'client') throw new LookupError(target, 'no server', []);
  if (status.mode === 'unknown') throw new LookupError(target, 'incomplete', []);
  const found = findClients(status, target);
  if (!isWhole(status)) throw new LookupError(target, 'incomplete', found);
  if (found.length === 0) throw new LookupError(target, 'none', found);
  if (found.length > 1 && !all) throw new LookupError(target, 'ambiguous', found);
  return found;
}

/** Whether nobody can be missing in it: a row that cannot be read may be of somebody who is looked for. */
function isWhole(status: Status): boolean {
  return status.complete && status.malformed.length === 0;
}

/** OpenVPN 2.3 tells no CIDs: there a client is disconnected by what it alone has. */
function killWithoutCid(
  { realAddress, commonName }: Client,
  status: Status,
  message: string | undefined,
): Command {
  if (message !== undefined)
    throw new EncodeError('reason', 'and order need the CIDs of clients, which OpenVPN 2.4 and later tell');
  const { text } = realAddress;
  if (isIpv4(text, 0, text.indexOf(':'))) return command('kill', ['target', text]);
  const namesakes =
    status.mode === 'server' ? status.clients.filter(each => each.commonName === commonName) : [];
  if (namesakes.length > 1)
    throw new EncodeError(
      'target',
      `is one of ${namesakes.length} clients called '${commonName}', and 'kill' cannot tell them apart`,
    );
  refuseMisreadKill(commonName, 'ip:port');
  return command('kill', ['target', commonName]);
}
