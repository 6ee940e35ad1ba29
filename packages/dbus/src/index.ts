/// <reference types="node" preserve="true" />
export { type Bus, type BusOptions, connect, type RequestNameOptions } from './bus/bus.ts';
export { type Caller, credentialsOf } from './bus/credentials.ts';
export type { CallOptions, Reply } from './bus/pending-calls.ts';
export type { ErrorNames } from './bus/refusals.ts';
export type { Subscription } from './bus/subscriptions.ts';
export { createProxy, type InterfaceProxy, type ProxyTarget } from './client/proxy.ts';
export type { Authorize } from './server/authorize.ts';
export {
  type Access,
  type Handlers,
  type Implementation,
  implement,
  type MethodHandler,
  type PropertyHandlers,
} from './server/implementation.ts';
export { type ObjectServer, type ServeOptions, serve } from './server/object-server.ts';
export type { Finder } from './server/object-tree.ts';
export type { OnError } from './server/perform.ts';
export { Introspectable } from './server/standard/introspectable.ts';
export { ObjectManager } from './server/standard/object-manager.ts';
export { Peer } from './server/standard/peer.ts';
export {
  ConnectionError,
  type ConnectionErrorReason,
  DBusError,
  EncodeError,
  type StandardErrorName,
  standardError,
  TimeoutError,
} from './type-system/errors.ts';
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
} from './type-system/interface.ts';
export type { MatchRule } from './type-system/match-rule.ts';
export type { MethodCall, ReceivedSignal, Signal } from './type-system/message.ts';
export {
  isBusName,
  isInterfaceName,
  isMemberName,
  isObjectPath,
  isUniqueName,
  isWellKnownName,
} from './type-system/names.ts';
export { Properties } from './type-system/properties.ts';
export { type Value, Variant } from './type-system/value.ts';
