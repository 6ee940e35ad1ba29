/// <reference types="node" preserve="true" />
export {
  type InstallationOptions,
  type InstalledFile,
  installation,
  MARK,
  STATE_DIRECTORY,
} from './installation.ts';
export { launcher } from './launcher.ts';
export { type PolicyService, policiesFor, policyFor, policyServices } from './policy.ts';
export { type ServiceName, type ServiceProgram, serviceNames, servicePrograms } from './service-programs.ts';
