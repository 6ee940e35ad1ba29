/// <reference types="node" preserve="true" />
// What tests stand on: a lab, a daemon, a server with users, a program, each gone when the test ends.
export { accounts, createReception, type Decision, type Reception } from '../accounts/accounts.ts';
export {
  type AccountsServer,
  type AccountsServerOptions,
  type ProfileOptions,
  startAccountsServer,
} from '../accounts/accounts-server.ts';
export { PROXY_PORT, startHttpProxy } from '../accounts/http-proxy.ts';
export { formatProfile, type ProfileKind } from '../accounts/profile.ts';
export { isListening, type ManagementEndpoint, managementEndpoint } from '../daemon/management-endpoint.ts';
export { ping } from '../network/ping.ts';
export { cacheFolder } from '../openvpn/cache-folder.ts';
export { type Authority, createAuthority } from '../pki/certificates.ts';
export { debianRoot } from '../roots/debian-root.ts';
export { type Machine, type MachineOptions, openMachine } from '../roots/machine.ts';
export { greeting, openProgram, type Place, type Program } from '../scripted/program.ts';
export { atEnd } from './at-end.ts';
export { type EventRecord, recordEvents } from './event-record.ts';
export { processesOf, usersOf } from './lab-traces.ts';
export {
  type Attached,
  authServer,
  established,
  freePort,
  heldClient,
  open,
  openDaemon,
  openLab,
  skip,
  skipDaemon,
  type TestLab,
  userClient,
} from './management-lab.ts';
export { openvpnUser, type User } from './openvpn-user.ts';
export { greetingVersion, isSince, openvpnVersion, sinceVersion } from './openvpn-version.ts';
export { type PrivateBus, startBus } from './private-bus.ts';
export { isRunning, type ProcessFacts, processesIn, processFacts } from './process-facts.ts';
export { temporaryFolder } from './temporary-folder.ts';
export { eventually, until, within } from './waiting.ts';
