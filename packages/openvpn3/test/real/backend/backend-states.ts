// Where a backend can stand, and how it gets there.

import type { ProfileKind } from '@ovpnkit/lab/testing';
import { unwrap } from '../answer.ts';
import type { Backend } from '../backend.ts';
import type { TestBed } from '../test-bed.ts';
import { connected } from './watched-backend.ts';

export type Arrive = (bed: TestBed, backend: Backend) => Promise<unknown>;

const confirm = async (bed: TestBed, backend: Backend, kind: ProfileKind): Promise<void> =>
  void unwrap(await backend.confirm(bed.configurations.register(await bed.server.profile(kind))));

/** With a daemon that is at work, or was sent back to where it is held. */
export const activeStates: Readonly<Record<'connecting' | 'connected' | 'paused' | 'asking', Arrive>> = {
  async connecting(bed, backend) {
    await confirm(bed, backend, 'unreachable');
    unwrap(await backend.call('Connect'));
    await backend.waitForStatus('CONN_CONNECTING');
  },
  connected: async (bed, backend) => connected(bed, backend, await bed.server.profile('cert')),
  async paused(bed, backend) {
    await connected(bed, backend, await bed.server.profile('cert'));
    unwrap(await backend.call('Pause', 'lunch'));
    await backend.waitForStatus('CONN_PAUSED');
  },
  async asking(bed, backend) {
    await confirm(bed, backend, 'userpass');
    await backend.answer({ username: 'pend', password: 'secret' });
    unwrap(await backend.call('Connect'));
    await backend.waitForStatus('CONN_CONNECTING');
    await backend.waitForStatus('CFG_REQUIRE_USER');
  },
};

export const quietStates: Readonly<Record<'unregistered' | 'registered' | 'refused' | 'failed', Arrive>> = {
  unregistered: async () => {},
  registered: (bed, backend) => confirm(bed, backend, 'cert'),
  async refused(bed, backend) {
    await confirm(bed, backend, 'userpass');
    await backend.answer({ username: 'alice', password: 'wrong' });
    unwrap(await backend.call('Connect'));
    await backend.waitForStatus('CONN_AUTH_FAILED');
  },
  async failed(bed, backend) {
    await connected(bed, backend, await bed.server.profile('cert'));
    await bed.server.management.clientKill(0, 'HALT');
    await backend.waitForStatus('CONN_FAILED');
    await backend.waitForStatus('CONN_DISCONNECTED');
  },
};
