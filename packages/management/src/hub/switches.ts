import { type Command, command } from '../protocol/command.ts';
import { integer, quote } from '../protocol/encoder.ts';
import { readInteger } from './daemon-number.ts';
import { createPace } from './pace.ts';
import { commandOf, type Relay } from './relay.ts';
import type { CommandRequest } from './request.ts';
import type { Session } from './session.ts';
import { type Switched, shortestPace, switched } from './subscription.ts';
import type { Upstream } from './upstream.ts';

/** What each session switches for itself, and the daemon, which must send whatever any of them needs. */
export type Switches = {
  /** Switches the daemon as far as the sessions need it now. False when it could not be done. */
  adjust(): Promise<boolean>;
  /** `state`, `log` and `echo`, with what each of them may have behind it. */
  history(session: Session, request: CommandRequest, name: Switched): Promise<boolean | undefined>;
  bytecount(session: Session, seconds: string): Promise<boolean | undefined>;
};

export function createSwitches(upstream: Upstream, sessions: ReadonlySet<Session>, relay: Relay): Switches {
  const { settings } = upstream.link;
  let adjusting: Promise<unknown> = Promise.resolve();

  const subscriptions = () => [...sessions].map(({ subscription }) => subscription);

  const adjust = (): Promise<boolean> => {
    // One after the other, because what is needed may have changed when a command's turn comes: then that change is
    // followed by a call of its own.
    const adjusted = adjusting.then(async () => {
      for (const name of switched) {
        const needed = subscriptions().some(({ needs }) => needs.has(name));
        if (needed !== settings.isOn(name))
          await upstream.run(command(name, ['action', needed ? 'on' : 'off']));
      }
      const pace = shortestPace(subscriptions());
      if (pace !== settings.bytecount) await upstream.run(command('bytecount', integer('seconds', pace)));
      return upstream.available();
    });
    adjusting = adjusted;
    return adjusted;
  };

  const notConnected = ({ output }: Session): undefined => {
    output.reply('ERROR: daemon not connected');
  };

  return {
    adjust,
    async history(session, request, name) {
      const words = request.words.slice(1, 3);
      const final = words.findLast(isSwitch);
      const [first] = words;
      if (final === undefined && words.length < 2)
        return relay(session, isTooMuch(first) ? historyOf(name, 'all') : commandOf(request));

      const { needs, live } = session.subscription;
      const needed = needs.has(name);
      if (words.includes('on')) needs.add(name);
      if (!(await adjust())) {
        if (!needed) needs.delete(name);
        return notConnected(session);
      }
      const lastHistory = words.findLastIndex(word => !isSwitch(word));
      let begun = false;
      const begin = (): void => {
        if (!begun) session.output.hold();
        begun = true;
        // What comes from now on is in the history that is being fetched, so it must not be told as well.
        if (final !== undefined) live.delete(name);
      };
      const settle = (): void => {
        if (final === 'on') live.add(name);
      };
      let accepted: boolean | undefined = true;
      for (const [index, word] of words.entries()) {
        if (isSwitch(word)) {
          begin();
          session.output.reply(`SUCCESS: real-time ${name} notification set to ${word.toUpperCase()}`);
        } else {
          const onEnd = index === lastHistory ? settle : undefined;
          const options = onEnd ? { onBegin: begin, onEnd } : { onBegin: begin };
          accepted = (await relay(session, historyOf(name, word), options)) && accepted;
        }
      }
      settle();
      if (begun) session.output.release();
      if (final === 'off') {
        needs.delete(name);
        await adjust();
      }
      return accepted;
    },
    async bytecount(session, seconds) {
      const { subscription, output } = session;
      const before = subscription.pace;
      subscription.pace = createPace(Math.max(0, readInteger(seconds)));
      if (!(await adjust())) {
        subscription.pace = before;
        return notConnected(session);
      }
      output.reply('SUCCESS: bytecount interval changed');
      return true;
    },
  };
}

function isSwitch(word: string): boolean {
  return word === 'on' || word === 'off';
}

/** No daemon keeps as much, and it would count down from there: 0.8 s for `log 2147483647`, in which it does nothing else. */
const maxHistory = 1_000_000;

function isTooMuch(word = ''): boolean {
  return readInteger(word) > maxHistory;
}

/** One part of `log on 5` or `state all 3` on its own. */
function historyOf(name: Switched, wanted: string): Command {
  const word = isTooMuch(wanted) ? 'all' : wanted;
  return commandOf({ line: `${name} ${quote(word)}`, words: [name, word], body: undefined });
}
