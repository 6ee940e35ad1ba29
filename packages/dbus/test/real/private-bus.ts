import type { TestContext } from 'node:test';
import { type PrivateBus, startBus as start } from '@ovpnkit/lab/testing';
import { connect } from '../../src/index.ts';

export type { PrivateBus } from '@ovpnkit/lab/testing';

/** A bus whose connections are of the library as it stands here. */
export const startBus = (t: TestContext): Promise<PrivateBus> => start(t, connect);
