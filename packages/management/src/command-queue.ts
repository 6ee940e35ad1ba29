import { CommandError, type ConnectionError, TimeoutError } from './errors.ts';
import { type Command, command } from './protocol/command.ts';
import type { Frame } from './protocol/frame.ts';
import { createReplyAssembler, type Reply, type ReplyAssembler, type ReplyPart } from './protocol/reply.ts';

export type SendOptions = {
  /** The deadline for this command. DNS and TCP phases block the daemon, so it should not be short. */
  timeoutMs?: number;
  /** Takes the rows of a block one by one; each restarts the deadline. The reply then has no rows. */
  onRow?: (line: string) => void;
  /** Sees every line of the reply as it came; each restarts the deadline. */
  onLine?: (line: string) => void;
};

/** One command in flight: replies carry no ids, so order is all there is. */
export type CommandQueue = {
  send(command: Command, options?: SendOptions): Promise<Reply>;
  /** Offers a frame. False when it is no part of a reply. */
  push(frame: Frame): boolean;
  /** Rejects what waits and everything that is sent later. */
  end(error: ConnectionError): void;
};

export type CommandQueueOptions = {
  write(text: string): void;
  /** The daemon can no longer be followed. */
  fail(reason: 'protocol' | 'overflow', problem: string): void;
  timeoutMs: number;
  maxQueued: number;
};

type Pending = {
  readonly command: Command;
  readonly options: SendOptions;
  resolve(reply: Reply): void;
  reject(error: Error): void;
};

export function createCommandQueue({ write, fail, timeoutMs, maxQueued }: CommandQueueOptions): CommandQueue {
  const waiting: Pending[] = [];
  let current: { pending: Pending; assembler: ReplyAssembler; deadline: NodeJS.Timeout } | undefined;
  let resync: { answer: RegExp; deadline: NodeJS.Timeout } | undefined;
  let ended: ConnectionError | undefined;

  const next = (): void => {
    while (!current && !resync && !ended) {
      const pending = waiting.shift();
      if (!pending) return;
      const { command, options } = pending;
      write(bytesOf(command));
      if (command.shape.length === 0) {
        pending.resolve([]);
        continue;
      }
      const deadline = setTimeout(expire, options.timeoutMs ?? timeoutMs);
      const onRow = (line: string): void => {
        deadline.refresh();
        options.onRow?.(line);
      };
      const assembler = createReplyAssembler(command.shape, options.onRow && { onRow });
      current = { pending, assembler, deadline };
    }
  };

  const finish = (settle: (pending: Pending) => void): void => {
    if (!current) return;
    const { pending, deadline } = current;
    clearTimeout(deadline);
    current = undefined;
    settle(pending);
  };

  const expire = (): void => {
    const { pending } = current ?? {};
    if (!pending) return;
    finish(() =>
      pending.reject(new TimeoutError(pending.command.line.display, pending.options.timeoutMs ?? timeoutMs)),
    );
    startResync(pending.command);
  };

  /** Sends a question whose answer cannot be mistaken for a late one, and skips everything up to it. */
  const startResync = (after: Command): void => {
    const verb = after.words[0] === 'pid' ? 'hold' : 'pid';
    const problem = `the daemon no longer answers, not even '${verb}'`;
    resync = {
      answer: verb === 'pid' ? /^SUCCESS: pid=\d+$/ : /^SUCCESS: hold=\d+$/,
      deadline: setTimeout(() => fail('protocol', problem), timeoutMs),
    };
    write(bytesOf(command(verb)));
  };

  const complete = (reply: Reply): void => {
    const error = reply.find(isError);
    finish(pending => {
      const { line, body } = pending.command;
      // A body that was refused at once has been run as commands, each with an answer of its own.
      if (error && body) startResync(pending.command);
      if (error) pending.reject(new CommandError(line.display, error.text, error.lines));
      else pending.resolve(reply);
    });
    next();
  };

  return {
    send(command, options = {}) {
      if (ended) return Promise.reject(ended);
      if (waiting.length >= maxQueued) {
        const problem = `${maxQueued} commands are waiting already; await their replies before sending more`;
        return Promise.reject(new RangeError(`'${command.line.display}' was not sent: ${problem}`));
      }
      const { promise, resolve, reject } = Promise.withResolvers<Reply>();
      waiting.push({ command, options, resolve, reject });
      next();
      return promise;
    },
    push(frame) {
      if (resync) {
        if (frame.type === 'notification') return false;
        if (!resync.answer.test(frame.line)) return true;
        clearTimeout(resync.deadline);
        resync = undefined;
        next();
        return true;
      }
      const assembly = current?.assembler.push(frame) ?? 'foreign';
      const { onLine } = current?.pending.options ?? {};
      if (onLine && assembly !== 'foreign') {
        current?.deadline.refresh();
        onLine(frame.line);
      }
      if (assembly === 'done') complete(current?.assembler.parts ?? []);
      if (assembly === 'overflow') fail('overflow', 'a reply has more text than can be kept in memory');
      return assembly !== 'foreign';
    },
    end(error) {
      if (ended) return;
      ended = error;
      clearTimeout(resync?.deadline);
      // The daemon's way to answer `exit` is to close.
      finish(pending => (pending.command.shape[0] === 'close' ? pending.resolve([]) : pending.reject(error)));
      for (const pending of waiting.splice(0)) pending.reject(error);
    },
  };
}

function isError(part: ReplyPart): part is ReplyPart & { type: 'error' } {
  return part.type === 'error';
}

function bytesOf({ line, body }: Command): string {
  const lines = [line.bytes, ...(body ?? [])].map(secret => secret.reveal());
  return `${[...lines, ...(body ? ['END'] : [])].join('\n')}\n`;
}
