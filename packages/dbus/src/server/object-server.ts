import type { Bus } from '../bus/bus.ts';
import { createCredentials } from '../bus/credentials.ts';
import { createRefusals, type ErrorNames } from '../bus/refusals.ts';
import { EncodeError } from '../type-system/errors.ts';
import type { Interface, InterfaceDefinition, Names, Properties } from '../type-system/interface.ts';
import { isObjectPath } from '../type-system/names.ts';
import { createAnnouncements } from './announcements.ts';
import type { Authorize } from './authorize.ts';
import { createDispatch } from './dispatch.ts';
import type { Emit } from './emit.ts';
import type { Implementation } from './implementation.ts';
import { createObjectTree, type Finder } from './object-tree.ts';
import type { OnError } from './perform.ts';
import { createQuota } from './quota.ts';
import { implementIntrospectable } from './standard/introspectable.ts';
import { implementObjectManager } from './standard/object-manager.ts';
import { implementPeer } from './standard/peer.ts';
import { implementProperties } from './standard/properties.ts';
import { createTurns } from './turns.ts';

export type ServeOptions = {
  readonly authorize: Authorize;
  /** Gets what handlers and `authorize` threw, which the peer never sees. Printed with console.error when absent. */
  readonly onError?: OnError;
  /** GLib's names for what does not exist, instead of the specification's; `standard` when absent. */
  readonly errorNames?: ErrorNames;
  /** How many calls one user (uid) may have in work at the same time; 1,024 when absent. */
  readonly maxCallsPerUser?: number;
  /** About how much memory the arguments of those may take; twice what one message may when absent. */
  readonly maxWeightPerUser?: number;
};

/** The objects that we offer on a bus. */
export type ObjectServer = {
  /** Puts interfaces on an object. Throws when it has one of them already. */
  export(path: string, ...implementations: readonly Implementation[]): void;
  /** Takes an object away, all its interfaces; false when there is none. */
  remove(path: string): boolean;
  /** Looks up what is below `prefix`, and not exported, when it is asked for. */
  exportBelow(prefix: string, finder: Finder): void;
  /** Puts ObjectManager on an object: it lists and announces what is below. */
  manage(path: string): void;
  /** Announces an object that a finder has from now on, or no longer. Exporting and removing do so themselves. */
  objectAdded(path: string): Promise<void>;
  objectRemoved(path: string, interfaces: readonly string[]): void;
  readonly emit: Emit;
  /** Reads properties and tells everybody (or one) their values, as each property's `emits` says. */
  changed<D extends InterfaceDefinition>(
    path: string,
    iface: Interface<D>,
    members: readonly Names<Properties<D>>[],
    options?: { readonly to?: string },
  ): Promise<void>;
};

const ALL_USERS_CALLS = 16;
const ALL_USERS_WEIGHT = 2;

/** Begins to answer calls. Export objects next, and request the name last. */
export async function serve(bus: Bus, options: ServeOptions): Promise<ObjectServer> {
  const { connection } = bus;
  const {
    authorize,
    onError = console.error,
    maxCallsPerUser = 1024,
    maxWeightPerUser = 2 * connection.maxMessageWeight,
  } = options;
  if (typeof authorize !== 'function')
    throw new TypeError('serve() needs authorize: nothing is allowed by default');
  const tree = createObjectTree();
  const refusals = createRefusals(options.errorNames ?? 'standard');
  const peer = implementPeer();
  const introspectable = implementIntrospectable(tree, () => ({
    ofObjects: [properties, introspectable, peer],
    ofParents: [introspectable, peer],
  }));
  const properties = implementProperties({
    tree,
    refusals,
    authorize,
    onError,
    written: ({ path, member }, implementation) => announcements.changed(path, implementation, [member]),
  });
  const standard = new Set([peer, introspectable, properties].map(each => each.interface.name));

  const emit: ObjectServer['emit'] = (path, iface, signal, args, { to } = {}) => {
    const signature = iface.signals.get(signal);
    if (signature === undefined) throw new EncodeError(`${iface.name} has no signal '${signal}'`);
    return connection.signal({
      path,
      interface: iface.name,
      member: signal,
      signature,
      body: args as readonly unknown[],
      ...(to === undefined ? {} : { to }),
    });
  };

  const announcements = createAnnouncements(tree, emit);

  const server: ObjectServer = {
    emit,
    export(path, ...implementations) {
      checkPath(path);
      const interfaces = new Map(tree.objects.get(path));
      for (const implementation of implementations) {
        const { name } = implementation.interface;
        if (standard.has(name)) throw new TypeError(`every object has ${name} already; leave it out`);
        if (interfaces.has(name)) throw new TypeError(`${path} has ${name} already; remove() it first`);
        interfaces.set(name, implementation);
      }
      tree.objects.set(path, interfaces);
      announcements.added(path, implementations).catch(error => onError(error));
    },
    remove(path) {
      const interfaces = tree.objects.get(path);
      if (!interfaces) return false;
      tree.objects.delete(path);
      announcements.removed(path, [...interfaces.keys()]);
      return true;
    },
    exportBelow(prefix, finder) {
      checkPath(prefix);
      if (tree.finders.has(prefix)) throw new TypeError(`something is exported below ${prefix} already`);
      tree.finders.set(prefix, finder);
    },
    manage(path) {
      server.export(path, implementObjectManager(tree, authorize, onError));
    },
    objectAdded: path => announcements.added(path, tree.find(path)?.values() ?? []),
    objectRemoved: announcements.removed,
    async changed(path, iface, members, { to } = {}) {
      const implementation = tree.find(path)?.get(iface.name);
      if (!implementation) throw new TypeError(`${path} has no ${iface.name}; export it first`);
      await announcements.changed(path, implementation, members, to);
    },
  };

  const credentials = await createCredentials(connection, bus);
  const ofEach = { calls: maxCallsPerUser, weight: maxWeightPerUser };
  // Uids are not scarce: whoever has a range of them must not get a range of quotas.
  const ofAll = { calls: ALL_USERS_CALLS * maxCallsPerUser, weight: ALL_USERS_WEIGHT * maxWeightPerUser };
  const users = createQuota(ofEach, ofAll);
  // Who it is takes one round trip to the bus, so this is reached by a flood only.
  const strangers = createQuota(ofAll, ofAll);
  connection.answerCalls(
    createDispatch({
      connection,
      credentials,
      strangers,
      users,
      turn: createTurns(),
      tree,
      peer,
      introspectable,
      properties,
      refusals,
      authorize,
      onError,
    }),
  );
  return server;
}

function checkPath(path: string): void {
  if (!isObjectPath(path))
    throw new TypeError(`'${path}' is no object path; use the form '/com/example/Thing'`);
}
