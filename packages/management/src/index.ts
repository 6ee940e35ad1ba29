export type { Endpoint, Target } from './address.ts';
export type { ManagementClient } from './client.ts';
export type { AuthAnswer } from './client-auth.ts';
export type { ClientCommands, Credentials, RemoteEntry } from './client-commands.ts';
export { connect } from './connect.ts';
export type { AuthRetry, DaemonCommands, History, LoadStats, SignalName } from './daemon-commands.ts';
export {
  CommandError,
  ConnectionError,
  type ConnectionErrorReason,
  EncodeError,
  ParseError,
  TimeoutError,
} from './errors.ts';
export type { ClientAuthEvent, ConnectionEvent, Event, EventOf, EventType } from './event.ts';
export type { OverflowPolicy } from './event-queue.ts';
export type { Handler, HandlerOptions, SubscribeOptions } from './event-source.ts';
export { redactLog } from './hub/redact.ts';
export type { ReconnectOptions } from './link.ts';
export type { ConnectOptions } from './open-link.ts';
export {
  type DynamicChallenge,
  parseStaticChallengePassword,
  type StaticChallenge,
} from './protocol/challenge.ts';
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
export type { Part, Shape } from './protocol/shape.ts';
export type { State, StateName } from './protocol/state.ts';
export type { Client, ClientStatus, Route, ServerStatus, Status, StatusRow } from './protocol/status.ts';
export { parseStatus } from './protocol/status-parser.ts';
export type { Version } from './protocol/version.ts';
export type { ServerCommands } from './server-commands.ts';
export { type SignRequest, signer } from './signer.ts';
