/// <reference types="node" preserve="true" />
import type { ServiceName } from '../share/service-programs.ts';

type Main = (args: readonly string[]) => Promise<number>;

/** The programs of the services, each loaded when it is run. They give their exit codes. */
export const serviceMains: Readonly<Partial<Record<ServiceName | 'all', () => Promise<{ main: Main }>>>> = {
  log: () => import('./log/main.ts'),
  'configuration-manager': () => import('./configuration/main.ts'),
  'backend-starter': () => import('./starter/main.ts'),
  'session-manager': () => import('./sessions/main.ts'),
  netcfg: () => import('./netcfg/main.ts'),
  all: () => import('./all/main.ts'),
};
