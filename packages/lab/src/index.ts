/// <reference types="node" preserve="true" />
export { type SystemBus, type SystemBusOptions, startSystemBus } from './bus/system-bus.ts';
export { createLab, type LabOptions } from './create-lab.ts';
export type { Protocol } from './daemon/configuration.ts';
export { type Daemon, type DaemonOptions, startDaemon } from './daemon/daemon.ts';
export type { Lab, LabDaemon } from './lab.ts';
export { createNamespace, inNamespace, type Namespace } from './network/namespace.ts';
export { type OpenvpnVersion, openvpnOfVersion } from './openvpn/openvpn-of-version.ts';
export type { Credentials } from './pki/certificates.ts';
export { enterUserNamespace, type LabPrivilege, labPrivilege } from './privilege.ts';
export { environment, type ProgramResult, runOrThrow, runProgram } from './process/program.ts';
export { spawnTied } from './process/tied-process.ts';
