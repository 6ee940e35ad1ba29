// A backend whose registration is confirmed: what most tests begin with.

import type { ProfileKind } from '@ovpnkit/lab/testing';
import { unwrap } from '../answer.ts';
import type { Backend } from '../backend.ts';
import type { ConfigurationOptions } from '../configuration-manager.ts';
import type { StartOptions, TestBed } from '../test-bed.ts';

export type SessionOptions = Pick<StartOptions, 'args' | 'temporary' | 'mayConfigureNetwork'> &
  Omit<ConfigurationOptions, 'name' | 'singleUse'> & {
    /** The client of the server whose network and certificate it has; 0 when absent. */
    readonly client?: number;
    /** More lines of the profile. */
    readonly lines?: readonly string[];
    /** Changes the text of the profile. */
    readonly edit?: (profile: string) => string;
  };

/** Starts a backend with a profile, and resolves when it has confirmed. */
export async function openSession(
  bed: TestBed,
  kind: ProfileKind,
  options: SessionOptions = {},
): Promise<Backend> {
  const { client = 0, lines = [], edit = text => text, args = [], mayConfigureNetwork = true } = options;
  const { temporary } = options;
  const place = temporary === undefined ? {} : { temporary };
  const backend = await bed.startBackend({ client, args, mayConfigureNetwork, ...place });
  const profile = edit(await bed.server.profile(kind, { client, lines }));
  unwrap(await backend.confirm(bed.configurations.register(profile, options)));
  return backend;
}

/** Connects, with answers to what is asked, and resolves when it is connected. */
export async function connectSession(
  backend: Backend,
  answers: Readonly<Record<string, string>> = {},
): Promise<void> {
  await backend.answer(answers);
  unwrap(await backend.call('Connect'));
  await backend.waitForStatus('CONN_CONNECTED');
}
