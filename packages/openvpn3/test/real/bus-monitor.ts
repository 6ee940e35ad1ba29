// What crosses a bus, seen from outside: to do something at a certain message.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { atEnd, within } from '@ovpnkit/lab/testing';
import type { SystemBus } from './system-bus.ts';

export type BusMonitor = {
  /** Resolves at the next message of this member: a method call, its answer, or a signal. */
  next(message: MonitoredMessage): Promise<void>;
};

export type MonitoredMessage = { readonly type: 'call' | 'answer' | 'signal'; readonly member: string };

/** Until the test ends. Resolves when nothing is missed any more. */
export async function startBusMonitor(t: TestContext, bus: SystemBus): Promise<BusMonitor> {
  const child = spawn('dbus-monitor', ['--address', bus.address], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  atEnd(t, async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const waiting = new Set<{ readonly message: MonitoredMessage; resolve(): void }>();
  const calls = new Map<string, string>();
  const ready = Promise.withResolvers<void>();

  function tell(type: MonitoredMessage['type'], member: string): void {
    for (const each of waiting) {
      if (each.message.type !== type || each.message.member !== member) continue;
      waiting.delete(each);
      each.resolve();
    }
  }

  createInterface(child.stdout).on('line', line => {
    const [, kind] = /^(signal|method call|method return|error) /.exec(line) ?? [];
    if (kind === undefined) return;
    const field = (name: string) => new RegExp(`\\b${name}=([^; ]+)`).exec(line)?.[1] ?? '';
    const [sender, destination] = [/ sender=(\S+)/.exec(line)?.[1], / destination=(\S+)/.exec(line)?.[1]];
    const member = field('member');
    switch (kind) {
      case 'signal':
        if (member === 'NameLost') ready.resolve(); // the monitor is no peer any more
        return tell('signal', member);
      case 'method call':
        calls.set(`${sender} ${field('serial')}`, member);
        return tell('call', member);
      default: {
        const call = `${destination} ${field('reply_serial')}`;
        tell('answer', calls.get(call) ?? '');
        calls.delete(call);
      }
    }
  });
  await within('the monitor of the bus hears everything', ready.promise);
  return {
    next: message =>
      within(
        `a ${message.type} of ${message.member} crosses the bus`,
        new Promise<void>(resolve => void waiting.add({ message, resolve })),
      ),
  };
}
