import { CommandError, type ConnectionError, TimeoutError } from '../errors.ts';
import { type Command, command } from '../protocol/command.ts';
import type { Frame } from '../protocol/frame.ts';
import { createReplyAssembler, type Reply, type ReplyAssembler, type ReplyPart } from '../protocol/reply.ts';

export type SendOptions = {
  /** The deadline for this command. DNS and TCP phases block the daemon, so it should not be short. */
  timeoutMs?: number;
  /** Takes the rows of a block one by one; each restarts the deadline. The reply then has no rows. */
  onRow?: (line: string) => void;
  /** The most characters that the reply may have; 2^26 by default, because somebody keeps them. */
  maxLength?: number;
  /** Asked when the deadline comes: true gives the command as much time again. */
  moreTime?: () => boolean;
  /** Sees every line of the reply as it came; each restarts the deadline. */
  onLine?: (line: string) => void;
  /** The daemon takes the body for one, that is known: an error is its answer to the whole, and nothing ran as commands. */
  bodyIsTaken?: boolean;
};

/**
 * One command in flight: replies carry no ids, so order is all there is. The one exception is `pid`, sent when a block has
 * begun and is silent: its answer in place of a row proves that END was lost, and more rows that the daemon was busy.
 */
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

type Current = {
  readonly pending: Pending;
  readonly assembler: ReplyAssembler;
  readonly deadline: NodeJS.Timeout;
  /** How long its block is silent, while `pid` may still be asked. */
  silence: NodeJS.Timeout | undefined;
  /** `pid` was asked, and its answer has to come. */
  asked: boolean;
};

/** The daemon writes a block in one go, so that this is long. */
const silenceMs = 1000;

/** The command that a daemon may answer without a line, so that its block is silent before it has begun. */
const silent = 'status';

const proof = /^SUCCESS: pid=\d+$/;

export function createCommandQueue({ write, fail, timeoutMs, maxQueued }: CommandQueueOptions): CommandQueue {
  const waiting: Pending[] = [];
  let current: Current | undefined;
  let resync: { answer: RegExp; late: ReplyAssembler | undefined; deadline: NodeJS.Timeout } | undefined;
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
        if (current?.pending !== pending) return; // too late
        current.deadline.refresh();
        options.onRow?.(line);
      };
      const assembler = createReplyAssembler(command.shape, {
        maxLength: options.maxLength,
        onRow: options.onRow && onRow,
      });
      current = { pending, assembler, deadline, silence: undefined, asked: false };
      if (command.words[0] === silent) current.silence = setTimeout(askForProof, silenceMs);
    }
  };

  /** A line of the reply has come. */
  const observe = (command: Current, line: string): void => {
    const { onLine } = command.pending.options;
    if (onLine) command.deadline.refresh();
    if (command.silence) command.silence.refresh();
    else if (command.assembler.inBlock && !command.asked)
      command.silence = setTimeout(askForProof, silenceMs);
    onLine?.(line);
  };

  const askForProof = (): void => {
    if (!current?.assembler.awaitsBlock) return;
    current.silence = undefined;
    current.asked = true;
    write(bytesOf(command('pid')));
  };

  const finish = (settle: (pending: Pending) => void): void => {
    if (!current) return;
    const { pending, deadline, silence } = current;
    clearTimeout(deadline);
    clearTimeout(silence);
    current = undefined;
    settle(pending);
  };

  const expire = (): void => {
    if (!current) return;
    const { pending, assembler, deadline, asked } = current;
    if (pending.options.moreTime?.()) {
      deadline.refresh();
      return;
    }
    finish(() =>
      pending.reject(new TimeoutError(pending.command.line.display, pending.options.timeoutMs ?? timeoutMs)),
    );
    startResync(pending.command, { late: assembler, asked });
  };

  /** Sends a question whose answer cannot be mistaken for a late one, and skips everything up to it. */
  const startResync = (
    { words, body = [] }: Command,
    { late, asked }: { late?: ReplyAssembler; asked?: boolean } = {},
  ): void => {
    const before = [words[0], ...body.map(line => line.reveal()), asked ? 'pid' : ''];
    const verb = ['pid', 'hold', 'verb', 'mute'].find(name => !before.some(line => line?.includes(name)));
    if (!verb) {
      fail('protocol', 'it cannot be told where the answers to the refused body end');
      return;
    }
    awaitAnswer(verb, late);
    write(bytesOf(command(verb)));
  };

  /** Skips everything up to the answer to this. */
  const awaitAnswer = (verb: string, late?: ReplyAssembler): void => {
    const problem = `the daemon no longer answers, not even '${verb}'`;
    resync = {
      answer: new RegExp(`^SUCCESS: ${verb}=\\d+$`),
      late,
      deadline: setTimeout(() => fail('protocol', problem), timeoutMs),
    };
  };

  const complete = (reply: Reply, proven = false): void => {
    const error = reply.find(isError);
    // The daemon was only busy: the answer to `pid` is still to come.
    if (current?.asked && !proven) awaitAnswer('pid');
    finish(pending => {
      const { line, body } = pending.command;
      // A body that was refused at once has been run as commands, each with an answer of its own.
      if (error && body && !pending.options.bodyIsTaken) startResync(pending.command);
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
        if (!resync.answer.test(frame.line)) {
          // A late reply may itself have lines that look like notifications.
          const assembly = resync.late?.push(frame) ?? 'foreign';
          return frame.type !== 'notification' || (assembly !== 'foreign' && assembly !== 'told');
        }
        clearTimeout(resync.deadline);
        resync = undefined;
        next();
        return true;
      }
      if (current?.asked && current.assembler.awaitsBlock && proof.test(frame.line)) {
        complete(current.assembler.cut(), true);
        return true;
      }
      const assembly = current?.assembler.push(frame) ?? 'foreign';
      const isNotification = assembly === 'foreign' || assembly === 'told';
      if (current && !isNotification) observe(current, frame.line);
      if (assembly === 'done' || assembly === 'told') complete(current?.assembler.parts ?? []);
      if (assembly === 'overflow') fail('overflow', 'a reply has more text than can be kept in memory');
      return !isNotification;
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
