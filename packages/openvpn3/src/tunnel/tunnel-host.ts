import type { Environment } from '@ovpnkit/management';
import type { AttentionGroup, AttentionType } from '../contract/attention.ts';
import type { LogCategoryName } from '../contract/log.ts';
import type { Status } from '../contract/status.ts';
import type { Device } from './endpoint.ts';

/** What a tunnel tells, and what it wants of the process that it is in. */
export type TunnelHost = {
  status(status: Status): void;
  log(category: LogCategoryName, message: string): void;
  attention(type: AttentionType, group: AttentionGroup, message: string): void;
  /** The tunnel device is up with this environment, or going down. */
  deviceUp(device: Device, env: Environment): void;
  deviceDown(device: Device): void;
  releaseName(): void;
  /** It is over. Nothing of it is left. */
  exit(): void;
};
