import { readFileSync } from 'node:fs';
import type { Bus } from '@ovpnkit/dbus';
import { configurations, SESSIONS, type Session, sessions } from '@ovpnkit/openvpn3';
import { serviceNames } from '@ovpnkit/openvpn3/share';
import { median } from '../../../bench/harness.ts';
import type { Row } from '../../../bench/table.ts';
import { type ProcessMemory, processMemory } from '../../openvpn3/bench/process-memory.ts';
import { whenConnected, withStack } from './stack-bed.ts';
import { withPrograms } from './stack-programs.ts';

const TUNNELS = 5;

/** The services, as one process and as programs of their own; and what each tunnel has besides. */
export async function stackMemory(): Promise<Row[]> {
  return [...(await inOneProcess()), ...(await asPrograms())];
}

/** Without tunnels, with one and with five. */
async function inOneProcess(): Promise<Row[]> {
  return withStack(TUNNELS, async ({ bus, profiles }) => {
    const services = await processOf(bus, SESSIONS);
    const rows: Row[] = [memoryRow('services, no tunnel', processMemory(services))];
    const running: Session[] = [];
    for (const profile of profiles) {
      const session = await sessions(bus).start(await configurations(bus).import('bench', profile));
      const connected = whenConnected(session);
      await session.connect();
      await connected;
      running.push(session);
      if (running.length === 1) rows.push(memoryRow('services, one tunnel', processMemory(services)));
    }
    rows.push(memoryRow(`services, ${TUNNELS} tunnels`, processMemory(services)));
    const backends = await Promise.all(
      running.map(async session => Number(await session.get('backend_pid'))),
    );
    rows.push(memoryRow(`each of ${TUNNELS} tunnels: backend`, middle(backends.map(processMemory))));
    rows.push(
      memoryRow(
        `each of ${TUNNELS} tunnels: daemon`,
        middle(backends.flatMap(childrenOf).map(processMemory)),
      ),
    );
    await Promise.all(running.map(session => session.disconnect()));
    return rows;
  });
}

/** With one tunnel, so each has had something to do. */
async function asPrograms(): Promise<Row[]> {
  return withPrograms(1, async ({ bus, profiles: [profile = ''], pidOf }) => {
    const session = await sessions(bus).start(await configurations(bus).import('bench', profile));
    const connected = whenConnected(session);
    await session.connect();
    await connected;
    const each: [name: string, memory: ProcessMemory][] = [];
    for (const name of serviceNames) each.push([name, processMemory(await pidOf(name))]);
    const sum = (of: keyof ProcessMemory): number =>
      each.reduce((total, [, memory]) => total + memory[of], 0);
    const all = { rss: sum('rss'), pss: sum('pss'), own: sum('own') };
    await session.disconnect();
    return [
      ...each.map(([name, memory]) => memoryRow(`service ${name}, a program of its own`, memory)),
      memoryRow('all services as programs of their own', all),
    ];
  });
}

async function processOf(bus: Bus, name: string): Promise<number> {
  const { body } = await bus.call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'GetConnectionUnixProcessID',
    signature: 's',
    body: [name],
  });
  return Number(body[0]);
}

const childrenOf = (parent: number): number[] =>
  readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').map(Number);

const middle = (all: readonly ProcessMemory[]): ProcessMemory => ({
  rss: median(all.map(({ rss }) => rss)),
  pss: median(all.map(({ pss }) => pss)),
  own: median(all.map(({ own }) => own)),
});

const memoryRow = (figure: string, { rss, pss, own }: ProcessMemory): Row => ({
  figure: `memory of ${figure}`,
  measured: `RSS ${rss.toFixed(1)}, PSS ${pss.toFixed(1)}, of its own ${own.toFixed(1)} MiB`,
  baseline: '',
});
