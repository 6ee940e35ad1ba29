import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { Secret } from '@ovpnkit/management';
import { printable } from '../output/printable.ts';
import { CommandFailure } from './command-failure.ts';

/** Asks the user. Without a terminal, the answers are the lines of the standard input. */
export type Prompter = {
  /** The answer to a question, which is shown as it is. Rejects with a CommandFailure when there is none. */
  ask(question: string): Promise<string>;
  /** The same, and the answer is not shown while it is typed. */
  askSecret(question: string): Promise<Secret>;
  close(): void;
};

/** `output` shows the questions. Nothing is read before the first one. */
export function createPrompter(output: NodeJS.WriteStream, signal: AbortSignal): Prompter {
  const terminal = process.stdin.isTTY === true;
  let shown = true;
  const echo = new Writable({
    write(chunk, _encoding, done) {
      if (shown) output.write(chunk);
      done();
    },
  });
  let opened: { readonly lines: Interface; readonly answers: AsyncIterator<string> } | undefined;

  function open() {
    // Without history: what is typed may be secret.
    const lines = createInterface({ input: process.stdin, output: echo, terminal, historySize: 0 });
    // Ctrl-C is a key while readline has the terminal.
    lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    return { lines, answers: lines[Symbol.asyncIterator]() };
  }

  async function answer(question: string, visible: boolean): Promise<string> {
    signal.throwIfAborted();
    opened ??= open();
    const { lines, answers } = opened;
    if (terminal) {
      // Readline knows what stands before the answer, so that editing leaves it there.
      lines.setPrompt(printable(question));
      lines.prompt();
    } else output.write(printable(question));
    shown = visible;
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', abort);
    try {
      const { value, done } = await Promise.race([answers.next(), aborted.promise]);
      if (!visible || !terminal) output.write('\n');
      if (done) throw new CommandFailure(`No answer to '${question.trim()}': the standard input has ended`);
      return value;
    } finally {
      shown = true;
      signal.removeEventListener('abort', abort);
    }
  }

  return {
    ask: question => answer(question, true),
    askSecret: async question => new Secret(await answer(question, false)),
    close: () => opened?.lines.close(),
  };
}
