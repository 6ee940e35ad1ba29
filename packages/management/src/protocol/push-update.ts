import { EncodeError } from './encode-error.ts';
import { maxParameterBytes } from './encoder.ts';
import { encodeText } from './text.ts';

/**
 * The options of one update, separated by commas, in as few commands as the daemon takes them in: a parameter has 255
 * bytes, and only the first one is read. All options of one name stay together, because a client that gets one of them
 * forgets all that it had; otherwise the order is kept. Throws EncodeError when those of one name are too many.
 */
export function packPushUpdate(options: string): string[] {
  if (bytes(options) <= maxParameterBytes) return [options];
  const byName = Map.groupBy(options.split(','), nameOf);
  const packed: string[] = [];
  for (const [name, group] of byName) {
    const text = group.join(',');
    if (bytes(text) > maxParameterBytes) {
      const problem = `has ${bytes(text)} bytes of ${name}, which must go out together; the daemon takes ${maxParameterBytes}`;
      throw new EncodeError('options', problem);
    }
    const last = packed.at(-1);
    if (last !== undefined && bytes(`${last},${text}`) <= maxParameterBytes)
      packed[packed.length - 1] = `${last},${text}`;
    else packed.push(text);
  }
  return packed;
}

/** `route` of ` -?route 10.1.0.0 255.255.0.0`. */
function nameOf(option: string): string {
  return /^ *-?\??([^ ]*)/.exec(option)?.[1] ?? '';
}

function bytes(text: string): number {
  return encodeText(text, 'options').length;
}

/** The options in one message of an update, as the log of a client has it, and whether more of them follow. */
type PushMessage = { readonly options: readonly string[]; readonly more: boolean };

const received = "PUSH: Received control message: 'PUSH_UPDATE,";
const continuation = 'push-continuation ';

/** What a line of a client's log says of an update; `undefined` when it is about something else. */
function parsePushMessage(text: string): PushMessage | undefined {
  if (!text.startsWith(received) || !text.endsWith("'")) return undefined;
  const all = text.slice(received.length, -1).split(',');
  const options = all.filter(option => option !== '' && !option.startsWith(continuation));
  return { options, more: all.includes(`${continuation}2`) };
}

/** Puts the messages of one update together. */
export type PushUpdateReader = {
  /** The options of the update that this line of the log completes. */
  push(text: string): readonly string[] | undefined;
};

/** An update has as many options as a server can send in one piece, so that endless messages do not fill the memory. */
const maxOptions = 10_000;

export function createPushUpdateReader(): PushUpdateReader {
  let options: string[] = [];
  return {
    push(text) {
      const message = parsePushMessage(text);
      if (message === undefined) return undefined;
      options.push(...message.options);
      if (message.more && options.length < maxOptions) return undefined;
      const complete = options;
      options = [];
      return complete;
    },
  };
}
