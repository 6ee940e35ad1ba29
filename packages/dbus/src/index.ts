export type { Authorize, OnError } from './authorize.ts';
export { type Bus, type BusOptions, connect, type RequestNameOptions } from './bus.ts';
export { type Caller, credentialsOf } from './credentials.ts';
export {
  ConnectionError,
  type ConnectionErrorReason,
  DBusError,
  EncodeError,
  type StandardErrorName,
  standardError,
  TimeoutError,
} from './errors.ts';
export {
  type Access,
  type Handlers,
  type Implementation,
  implement,
  type MethodHandler,
  type PropertyHandlers,
} from './implementation.ts';
export {
  type Annotations,
  type Argument,
  defineInterface,
  type Interface,
  type InterfaceDefinition,
  type MethodDefinition,
  type MethodIn,
  type MethodOut,
  type PropertyDefinition,
  type PropertyValue,
  type SignalArgs,
  type SignalDefinition,
} from './interface.ts';
export type { MatchRule } from './match-rule.ts';
export type { MethodCall, ReceivedSignal, Signal } from './message.ts';
export {
  isBusName,
  isInterfaceName,
  isMemberName,
  isObjectPath,
  isUniqueName,
  isWellKnownName,
} from './names.ts';
export { type ObjectServer, type ServeOptions, serve } from './object-server.ts';
export type { Finder } from './object-tree.ts';
export type { CallOptions, Reply } from './pending-calls.ts';
export { createProxy, type InterfaceProxy, type ProxyTarget } from './proxy.ts';
export type { ErrorNames } from './refusals.ts';
export { Introspectable } from './standard/introspectable.ts';
export { ObjectManager } from './standard/object-manager.ts';
export { Peer } from './standard/peer.ts';
export { Properties } from './standard/properties.ts';
export type { Subscription } from './subscriptions.ts';
export { type Value, Variant } from './value.ts';
