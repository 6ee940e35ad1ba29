export { type Hub, type HubEvent, type HubOptions, openHub, type SessionStatus } from './hub.ts';
export type { ListenerOptions } from './listener.ts';
export { type Role, roles } from './roles.ts';
