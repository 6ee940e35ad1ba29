/// <reference types="node" preserve="true" />
export * from './client/index.ts';
export * from './contract/attention.ts';
export { BackendClientDocumented, BackendClientV27 } from './contract/backend-client.ts';
export { type Dialect, type DialectChoice, dialectOf } from './contract/dialect.ts';
export { type ErrorDomain, errorText, glibError } from './contract/errors.ts';
export * from './contract/log.ts';
export * from './contract/names.ts';
export * from './contract/status.ts';
