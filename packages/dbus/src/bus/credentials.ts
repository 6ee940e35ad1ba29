import { standardError } from '../type-system/errors.ts';
import type { Variant } from '../type-system/value.ts';
import type { Connection } from './connection.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Who sent a call, as the bus vouches for it. */
export type Caller = {
  /** The unique name, `:1.42`: one connection, never another one. */
  readonly name: string;
  /** `undefined` when the bus does not know it; allow nothing then. */
  readonly uid: number | undefined;
  /** Of the process that opened the connection. It may have ended, and its number may belong to another by now. */
  readonly pid: number | undefined;
  /** Aborts when the caller has left the bus, or the bus is gone: nobody waits for the answer. */
  readonly gone: AbortSignal;
};

export type Credentials = {
  /** Asks the bus once for each caller. Rejects with AccessDenied when the caller has left already. */
  of(name: string): Promise<Caller>;
};

/**
 * The user and the process behind a name, as the bus vouches for them: who has a well-known name may be another one by
 * now. Rejects with a DBusError when nobody has it.
 */
export async function credentialsOf(
  bus: Pick<Connection, 'call'>,
  name: string,
): Promise<Pick<Caller, 'pid' | 'uid'>> {
  const { body } = await bus.call({
    destination: BUS,
    path: BUS_PATH,
    interface: BUS,
    member: 'GetConnectionCredentials',
    signature: 's',
    body: [name],
  });
  const facts = body[0] as Map<string, Variant>;
  return { uid: facts.get('UnixUserID')?.as('u'), pid: facts.get('ProcessID')?.as('u') };
}

const BUS = 'org.freedesktop.DBus';
const BUS_PATH = '/org/freedesktop/DBus';

/** Callers by their unique name, each forgotten when its name goes: there are never more than connections. */
export async function createCredentials(
  connection: Connection,
  subscriptions: Subscriptions,
): Promise<Credentials> {
  type Known = { caller: Promise<Caller>; gone: AbortController };
  const known = new Map<string, Known>();

  const forget = (name: string) => {
    known.get(name)?.gone.abort();
    known.delete(name);
  };
  // Only names that end: one rule for all callers, instead of a round trip for each.
  await subscriptions.subscribe(
    { sender: BUS, path: BUS_PATH, interface: BUS, member: 'NameOwnerChanged', arg2: '' },
    ({ body }) => forget(String(body[0])),
  );
  void connection.closed.then(() => [...known.keys()].forEach(forget));

  async function ask(name: string, gone: AbortSignal): Promise<Caller> {
    try {
      return { name, ...(await credentialsOf(connection, name)), gone };
    } catch {
      forget(name);
      throw standardError('AccessDenied', 'The bus does not say who you are');
    }
  }

  return {
    of(name) {
      let entry = known.get(name);
      if (!entry) {
        const gone = new AbortController();
        entry = { gone, caller: ask(name, gone.signal) };
        known.set(name, entry);
      }
      return entry.caller;
    },
  };
}
