import { emitKeypressEvents, type Interface } from 'node:readline';
import type { Key } from './navigation.ts';

type Keypress = {
  readonly name?: string;
  readonly sequence?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
};

/** Gives each key that is pressed on a terminal, until it is closed; then the terminal is as it was. */
export function readKeys(input: NodeJS.ReadStream, onKey: (key: Key) => void): { close(): void } {
  if (!input.isTTY) return { close() {} };
  const press = (text: string | undefined, { name = '', ctrl, meta }: Keypress): void => {
    // In raw mode the terminal makes no signal of Ctrl-C.
    if (ctrl && name === 'c') process.kill(process.pid, 'SIGINT');
    else if (name === 'escape') onKey({ name, text: '' });
    else if (!ctrl && !meta) onKey({ name, text: text ?? '' });
  };
  // An Escape that nothing follows at once is the key, not the beginning of another one.
  emitKeypressEvents(input, { escapeCodeTimeout: 50 } as unknown as Interface);
  input.setRawMode(true).on('keypress', press).resume();
  return {
    close: () => void input.off('keypress', press).setRawMode(false).pause(),
  };
}
