import { DBusError } from '../type-system/errors.ts';
import { formatMatchRule, type MatchRule, matches } from '../type-system/match-rule.ts';
import type { ReceivedSignal } from '../type-system/message.ts';
import { isUniqueName } from '../type-system/names.ts';
import type { Connection } from './connection.ts';

/** Something that goes on until it is closed. Closing again does nothing. */
export type Subscription = AsyncDisposable & { close(): Promise<void> };

export type Subscriptions = {
  /** Resolves when the bus has the rule: no signal sent after that is missed. */
  subscribe(rule: MatchRule, listener: (signal: ReceivedSignal) => void): Promise<Subscription>;
  /** The owner now and at each change; `undefined` for none. Called before this resolves. */
  watchName(name: string, listener: (owner: string | undefined) => void): Promise<Subscription>;
};

const BUS = 'org.freedesktop.DBus';
const BUS_PATH = '/org/freedesktop/DBus';

/** The signals of one connection to their listeners. The bus has each rule once, however many listeners it has. */
export function createSubscriptions(
  connection: Connection,
  onError: (error: unknown) => void,
): Subscriptions {
  type Entry = { rule: MatchRule; owner: string | undefined; listener(signal: ReceivedSignal): void };
  const entries = new Set<Entry>();
  /** How many entries use a rule, and when the bus has it. */
  const rules = new Map<string, { users: number; added: Promise<unknown> }>();

  connection.hearSignals(signal => {
    const { body } = signal;
    if (!body) return;
    for (const entry of [...entries]) {
      if (!matches(entry.rule, entry.owner, signal)) continue;
      try {
        entry.listener({ ...signal, body });
      } catch (error) {
        onError(error);
      }
    }
  });

  const call = (member: string, argument: string) =>
    connection.call({
      destination: BUS,
      path: BUS_PATH,
      interface: BUS,
      member,
      signature: 's',
      body: [argument],
    });

  async function addRule(text: string): Promise<void> {
    let rule = rules.get(text);
    if (!rule) {
      rule = { users: 0, added: call('AddMatch', text) };
      rules.set(text, rule);
    }
    rule.users++;
    try {
      await rule.added;
    } catch (error) {
      if (rules.get(text) === rule) rules.delete(text);
      throw error;
    }
  }

  async function removeRule(text: string): Promise<void> {
    const rule = rules.get(text);
    if (!rule || --rule.users > 0) return;
    rules.delete(text);
    // A connection that is gone has no rules either.
    await call('RemoveMatch', text).catch(() => {});
  }

  async function listen(entry: Entry): Promise<Subscription> {
    const text = formatMatchRule(entry.rule);
    entries.add(entry);
    try {
      await addRule(text);
    } catch (error) {
      entries.delete(entry);
      throw error;
    }
    const close = async () => {
      if (entries.delete(entry)) await removeRule(text);
    };
    return { close, [Symbol.asyncDispose]: close };
  }

  async function watchName(
    name: string,
    listener: (owner: string | undefined) => void,
  ): Promise<Subscription> {
    const rule = { sender: BUS, path: BUS_PATH, interface: BUS, member: 'NameOwnerChanged', arg0: name };
    let told = false;
    const tell = (owner: string | undefined) => {
      told = true;
      listener(owner);
    };
    const subscription = await listen({
      rule,
      owner: BUS,
      listener: ({ body }) => tell(typeof body[2] === 'string' && body[2] !== '' ? body[2] : undefined),
    });
    try {
      const { body } = await call('GetNameOwner', name);
      // Whatever change has been told by now is not older than the answer.
      if (!told) tell(String(body[0]));
    } catch (error) {
      if (!(error instanceof DBusError)) {
        await subscription.close();
        throw error;
      }
      if (!told) tell(undefined);
    }
    return subscription;
  }

  return {
    watchName,
    async subscribe(rule, listener) {
      const { sender } = rule;
      const entry: Entry = { rule, owner: sender, listener };
      if (sender === undefined || sender === BUS || isUniqueName(sender)) return listen(entry);
      formatMatchRule(rule);
      const watch = await watchName(sender, owner => {
        entry.owner = owner;
      });
      try {
        const subscription = await listen(entry);
        const close = async () => {
          await Promise.all([subscription.close(), watch.close()]);
        };
        return { close, [Symbol.asyncDispose]: close };
      } catch (error) {
        await watch.close();
        throw error;
      }
    },
  };
}
