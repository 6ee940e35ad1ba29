import type { Connection } from '../bus/connection.ts';
import type { Caller, Credentials } from '../bus/credentials.ts';
import type { Refusals } from '../bus/refusals.ts';
import { DBusError, standardError } from '../type-system/errors.ts';
import type { MethodForm } from '../type-system/interface.ts';
import type { IncomingCall } from '../type-system/message.ts';
import { type Authorize, demand } from './authorize.ts';
import type { Implementation } from './implementation.ts';
import type { ObjectTree } from './object-tree.ts';
import { type OnError, perform } from './perform.ts';
import type { Quota } from './quota.ts';
import type { Turns } from './turns.ts';

export type DispatchOptions = {
  readonly connection: Connection;
  readonly credentials: Credentials;
  /** For all whose calls wait until the bus has said who they are. */
  readonly strangers: Quota;
  /** For each uid. */
  readonly users: Quota;
  readonly turn: Turns;
  readonly tree: ObjectTree;
  /** Answers at every path. */
  readonly peer: Implementation;
  readonly introspectable: Implementation;
  /** Asks `authorize` itself, for the property that is meant. */
  readonly properties: Implementation;
  readonly refusals: Refusals;
  readonly authorize: Authorize;
  readonly onError: OnError;
};

/** Answers calls: who is it, what do they mean, may they, do it. Whatever happens, each call gets one answer. */
export function createDispatch(options: DispatchOptions): (call: IncomingCall) => void {
  const { connection, credentials, strangers, users, turn, tree } = options;
  const { peer, introspectable, properties, refusals, authorize, onError } = options;

  async function answer(call: IncomingCall): Promise<void> {
    try {
      const caller = await counted(strangers, 'all', call.weight, () => credentials.of(call.sender ?? ''));
      const user = caller.uid ?? caller.name;
      await counted(users, user, call.weight, async () => {
        await turn(user);
        await invoke(call, caller);
      });
    } catch (error) {
      if (!(error instanceof DBusError)) onError(error);
      const { errorName, message } =
        error instanceof DBusError ? error : standardError('Failed', 'The service failed');
      connection.replyError(call, errorName, message);
    }
  }

  async function counted<T>(
    quota: Quota,
    user: string | number,
    weight: number,
    work: () => Promise<T>,
  ): Promise<T> {
    if (!quota.enter(user, weight)) {
      throw standardError('LimitsExceeded', 'Too many calls of yours are waiting for their answers');
    }
    try {
      return await work();
    } finally {
      quota.leave(user, weight);
    }
  }

  async function invoke(call: IncomingCall, caller: Caller): Promise<void> {
    const { path, member } = call;
    const implementation = select(call);
    const form = selectForm(implementation, call);
    const access = {
      operation: 'call',
      caller,
      path,
      interface: implementation.interface.name,
      member,
    } as const;
    if (!call.body) throw standardError('LimitsExceeded', 'The arguments take too much memory');
    if (implementation !== properties) await demand(authorize, access, onError);
    const args = call.body;
    const result = await perform(access, onError, () => implementation.method(member)(args, access));
    await perform(access, onError, () => connection.reply(call, form.out, outputs(form, result)));
  }

  function select({ path, interface: name, member }: IncomingCall): Implementation {
    const object = tree.find(path);
    const has = (each: Implementation) =>
      name === undefined ? each.interface.methods.has(member) : each.interface.name === name;
    // Peer answers everywhere, parents without interfaces of their own list their children, objects have everything.
    if (has(peer)) return peer;
    if (!object) {
      if (has(introspectable) && (path === '/' || tree.children(path).size > 0)) return introspectable;
      throw refusals.object(path);
    }
    const found = [...object.values(), properties, introspectable].find(has);
    if (found) return found;
    throw name === undefined ? refusals.method(member) : refusals.interface(name, path);
  }

  function selectForm(implementation: Implementation, { member, signature }: IncomingCall): MethodForm {
    const forms = implementation.interface.methods.get(member);
    if (!forms) throw refusals.method(member);
    const form = forms.find(each => each.in === signature);
    if (form) return form;
    throw refusals.arguments(
      signature,
      forms.map(each => each.in),
    );
  }

  return call => void answer(call).catch(error => onError(error));
}

function outputs({ out, outs }: MethodForm, result: unknown): readonly unknown[] {
  if (outs === 0 && result === undefined) return [];
  if (outs === 1) return [result];
  if (outs > 1 && Array.isArray(result)) return result;
  throw new TypeError(`a handler returned ${typeof result} where '${out}' belongs`);
}
