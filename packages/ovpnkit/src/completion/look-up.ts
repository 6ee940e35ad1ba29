import { knownDaemons } from '../cli/choose-daemon.ts';
import type { Completion } from '../cli/command.ts';
import { printable } from '../output/printable.ts';

/** What a shell cannot know by itself. */
export type Looked = Extract<
  Completion,
  'daemon' | 'configuration' | 'configuration-path' | 'session' | 'session-path' | 'device'
>;

/** How long somebody waits who has pressed the tab key. */
const PATIENCE_MS = 1500;

/**
 * The names that there are, sorted, each once. Empty as well when there is no bus, no service, or no answer soon: who
 * completes a command line has no use for the reason. Names with characters that a terminal would obey are left out.
 */
export async function lookUp(kind: Looked): Promise<string[]> {
  if (kind === 'daemon') return knownDaemons().filter(isHarmless);
  try {
    return [...new Set(await ask(kind))].filter(isHarmless).sort();
  } catch {
    return [];
  }
}

const isHarmless = (name: string): boolean => name !== '' && printable(name) === name;

async function ask(kind: Exclude<Looked, 'daemon'>): Promise<string[]> {
  const [{ connect }, { configurations, sessions }] = await Promise.all([
    import('@ovpnkit/dbus'),
    import('@ovpnkit/openvpn3'),
  ]);
  await using bus = await connect({ connectTimeoutMs: PATIENCE_MS });
  // What waits for an answer then fails, and with it all that would have followed.
  const late = setTimeout(() => void bus.close(), PATIENCE_MS);
  try {
    switch (kind) {
      case 'configuration':
        return await each(await configurations(bus).list(), configuration => configuration.get('name'));
      case 'configuration-path':
        return (await configurations(bus).list()).map(({ path }) => path);
      case 'session':
        return await each(await sessions(bus).list(), session => session.get('config_name'));
      case 'session-path':
        return (await sessions(bus).list()).map(({ path }) => path);
      case 'device':
        return await each(await sessions(bus).list(), session => session.get('device_name'));
    }
  } finally {
    clearTimeout(late);
  }
}

/** What can be read, in turn: services bound how many calls one user may have in work. */
async function each<T>(list: readonly T[], read: (one: T) => Promise<string>): Promise<string[]> {
  const names: string[] = [];
  for (const one of list) {
    const name = await read(one).catch(() => undefined);
    if (name !== undefined) names.push(name);
  }
  return names;
}
