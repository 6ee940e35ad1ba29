/// <reference types="node" preserve="true" />
export type { ManagementClient } from './client.ts';
export type { AuthAnswer } from './commands/client-auth.ts';
export type { ClientCommands, Credentials, RemoteEntry } from './commands/client-commands.ts';
export type {
  AuthRetry,
  DaemonCommands,
  History,
  LoadStats,
  SignalName,
} from './commands/daemon-commands.ts';
export type { DisconnectedClient, DisconnectOptions } from './commands/disconnect-clients.ts';
export type { ServerCommands } from './commands/server-commands.ts';
export { connect } from './connect.ts';
export type { Endpoint, Target } from './connection/address.ts';
export {
  CommandError,
  ConnectionError,
  type ConnectionErrorReason,
  EncodeError,
  LookupError,
  type LookupErrorReason,
  ParseError,
  TimeoutError,
} from './errors.ts';
export type {
  ClientAuthEvent,
  ConnectionEvent,
  Event,
  EventOf,
  EventType,
  PushUpdate,
} from './events/event.ts';
export type { OverflowPolicy } from './events/event-queue.ts';
export type { Handler, HandlerOptions, SubscribeOptions } from './events/event-source.ts';
export { hideSecrets } from './events/hide-secrets.ts';
export { formatJson } from './json.ts';
export { type SignRequest, signer } from './keys/signer.ts';
export type { ReconnectOptions } from './link/link.ts';
export type { ConnectOptions } from './open-link.ts';
export { readPasswordFile } from './password-file.ts';
export {
  type DynamicChallenge,
  parseStaticChallengePassword,
  type StaticChallenge,
} from './protocol/challenge.ts';
export { checkRaw } from './protocol/command.ts';
export type { Environment } from './protocol/environment.ts';
export type { InfoMessage, PendingMethod } from './protocol/info-message.ts';
export { IpAddress } from './protocol/ip-address.ts';
export { type Lexed, type LexicalFault, lexLine } from './protocol/lexer.ts';
export type { EchoMessage, LogMessage, LogSeverity } from './protocol/log.ts';
export type { Notification } from './protocol/notification.ts';
export type { TemporaryFailure } from './protocol/password.ts';
export { RealAddress } from './protocol/real-address.ts';
export type { Reply, ReplyPart } from './protocol/reply.ts';
export { Secret } from './protocol/secret.ts';
export { hideInLog } from './protocol/secrets/hide.ts';
export { createProgramLines, type ProgramLines } from './protocol/secrets/program-lines.ts';
export { redactLog } from './protocol/secrets/redact.ts';
export { findInLine } from './protocol/secrets/reply.ts';
export type { Span } from './protocol/secrets/span.ts';
export type { Part, Shape } from './protocol/shape.ts';
export type { State, StateName } from './protocol/state.ts';
export type {
  Client,
  ClientStatus,
  Completeness,
  Route,
  ServerStatus,
  Status,
  StatusRow,
  UnknownStatus,
} from './protocol/status.ts';
export { parseStatus, parseStatusFile } from './protocol/status-parser.ts';
export type { Version } from './protocol/version.ts';
