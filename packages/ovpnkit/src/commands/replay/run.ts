import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openHub } from '@ovpnkit/management/hub';
import {
  type Conversation,
  fakeDaemon,
  parseRecording,
  readConversation,
  type Session,
} from '@ovpnkit/management/testing';
import type { Context } from '../../cli/context.ts';
import { parseListener } from '../../cli/listener-spec.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { limitTime } from '../../cli/time-limit.ts';
import { untilAborted } from '../../cli/until-aborted.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { createAnswers } from './replayed-answers.ts';

type ReplayOptions = {
  readonly listen: string | undefined;
  readonly speed: string;
  readonly seconds: number | undefined;
};

/** `ovpnkit replay`: the recording speaks to a hub, and the hub to the programs. */
export async function runReplay(
  context: Context,
  options: ReplayOptions,
  [file = '']: readonly string[],
): Promise<Outcome> {
  const signal = limitTime(context.signal, options.seconds);
  const speed = Number(options.speed);
  if (!(speed > 0 && speed <= 100_000))
    throw new UsageError('--speed is how many recorded seconds pass in one, such as 1 or 60');
  if (options.listen === undefined)
    throw new UsageError('say where programs connect, with --listen unix:/tmp/replay.sock');
  const listener = parseListener(options.listen);
  const conversation = read(file);
  const daemon = await fakeDaemon(session => speak(session, conversation, speed, signal));
  const hub = await openHub({
    upstream: { ...daemon.endpoint },
    listeners: [listener],
    whenUndecided: 'wait',
  });
  try {
    context.print(`replaying ${file} at ${hub.listeners[0]?.address}, until Ctrl-C`);
    await untilAborted(signal);
  } finally {
    await hub.close();
    await daemon.close();
  }
  context.signal.throwIfAborted();
  return 'ok';
}

function read(file: string): Conversation {
  try {
    const conversation = readConversation(parseRecording(readFileSync(file, 'utf8')));
    if (conversation.greeting === undefined) throw new Error('it holds no greeting of a daemon');
    return conversation;
  } catch (error) {
    throw new UsageError(`${file} cannot be replayed: ${error instanceof Error ? error.message : error}`);
  }
}

async function speak(
  session: Session,
  conversation: Conversation,
  speed: number,
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now();
  const now = (): number => (performance.now() - began) * speed;
  const answerTo = createAnswers(conversation);
  session.send(conversation.greeting ?? '');
  const answering = session.answer(line => answerTo(line, now()));
  for (const { t, line } of conversation.notifications) {
    const wait = (t - now()) / speed;
    if (wait > 1) await sleep(wait, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    session.send(line);
    await session.flushed();
  }
  await answering;
}
