/// <reference types="node" preserve="true" />
export { type Hub, type HubOptions, openHub } from './hub.ts';
export type { HubEvent } from './hub-event.ts';
export type { ListenerOptions } from './listener.ts';
export { type Role, roles } from './roles.ts';
export type { SessionStatus } from './session-status.ts';
