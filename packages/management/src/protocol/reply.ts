import { lostRest, noLine, relayedCuts } from './cut-block.ts';
import type { Frame } from './frame.ts';
import type { Shape } from './shape.ts';

/**
 * One finished part of a reply. `lines` of a status are those that came before it; of a block, its rows. A block with
 * `cut` is not whole: the rows behind these are lost, and it says why.
 */
export type ReplyPart =
  | { readonly type: 'success'; readonly text: string; readonly lines: readonly string[] }
  | { readonly type: 'error'; readonly text: string; readonly lines: readonly string[] }
  | { readonly type: 'block'; readonly lines: readonly string[]; readonly cut?: string }
  | { readonly type: 'notification'; readonly line: string };

export type Reply = readonly ReplyPart[];

/**
 * What became of a frame that was offered to the assembler: `foreign` is not part of the reply (a notification that
 * fell between), `taken` is, `done` is its last one, `told` is its last one and a notification as well, `overflow` means
 * that the reply outgrew its limit.
 */
export type Assembly = 'foreign' | 'taken' | 'done' | 'told' | 'overflow';

/** The first of the two status lines of a push-update. A daemon that cannot carry it out says an error alone. */
const countsClients = /^(?:SUCCESS: \d+ client\(s\) updated|ERROR: no client updated)$/;

export type ReplyAssembler = {
  push(frame: Frame): Assembly;
  /** The parts that are finished; all of them after `done`. */
  readonly parts: Reply;
  /** Whether a block is what comes next, or is coming. */
  readonly awaitsBlock: boolean;
  /** Whether the rows of a block are coming. */
  readonly inBlock: boolean;
  /** Ends a block whose END is known to be lost, and with it the reply. */
  cut(): Reply;
};

export type ReplyOptions = {
  /** The most characters that the lines of one reply may have; infinite without any bound. 100,000 clients are 24 million. */
  maxLength?: number | undefined;
  /** Takes the rows of a block instead of the reply, which then has none. */
  onRow?: ((line: string) => void) | undefined;
};

/** However short they are: empty rows would otherwise come for ever. 100,000 clients are 250,000. */
const maxLines = 2 ** 21;

/**
 * A row of `status 1` may begin with any name, but the daemon makes its end: address, two counters, time. No notification
 * ends like that, so the two can be told apart when the daemon has lost the end of its answer.
 */
const peersRow = /,[^,]+,\d+,\d+,[^,]+$/;

/**
 * Assembles one reply of a known, non-empty shape out of frames. Completion is decided by the shape and by whole
 * lines only; a row that begins with `ERROR` or an environment's `END` ends nothing.
 */
export function createReplyAssembler(
  shape: Shape,
  { maxLength = 2 ** 26, onRow }: ReplyOptions = {},
): ReplyAssembler {
  const parts: ReplyPart[] = [];
  let expected = shape;
  let lines: string[] = [];
  let length = 0;
  let count = 0;
  let inBlock = false;
  let held: Frame | undefined; // a row, unless END is next: then a hub says with it that the rest is missing

  const finish = (part: ReplyPart): Assembly => {
    parts.push(part);
    lines = [];
    inBlock = false;
    return parts.length === expected.length ? 'done' : 'taken';
  };

  const row = ({ line }: Frame): Assembly => {
    length += line.length;
    count++;
    if (length > maxLength || (count > maxLines && maxLength !== Number.POSITIVE_INFINITY)) return 'overflow';
    if (onRow && inBlock) onRow(line);
    else lines.push(line);
    return 'taken';
  };

  const status = (frame: Frame): Assembly => {
    if (frame.type === 'notification') return 'foreign';
    if (frame.type !== 'success' && frame.type !== 'error') return row(frame);
    if (parts.length === expected.length - 1 && countsClients.test(frame.line))
      expected = [...expected, 'status'];
    const text = frame.line.slice(frame.line.indexOf(':') + 1).trimStart();
    return finish({ type: frame.type, text, lines });
  };

  const block = (frame: Frame, peersChooseRows: boolean): Assembly => {
    if (frame.type === 'notification' && !(peersChooseRows && inBlock && peersRow.test(frame.line)))
      return 'foreign';
    if (frame.type === 'error' && !inBlock) return status(frame);
    const before = held;
    held = undefined;
    if (frame.type === 'end') {
      const cut = before && relayedCuts.get(before.line);
      return finish(cut === undefined ? { type: 'block', lines } : { type: 'block', lines, cut });
    }
    if (before && row(before) === 'overflow') return 'overflow';
    inBlock = true;
    if (!relayedCuts.has(frame.line)) return row(frame);
    held = frame;
    return 'taken';
  };

  const push = (frame: Frame): Assembly => {
    const part = expected[parts.length];
    if (part === undefined) return 'foreign';
    switch (part) {
      case 'status':
        return status(frame);
      case 'signal':
        if (!frame.line.startsWith('>HOLD:')) return status(frame);
        finish({ type: 'notification', line: frame.line });
        return 'told';
      case 'block':
      case 'rows':
        return block(frame, part === 'rows');
      case 'PKCS11ID-COUNT':
      case 'PKCS11ID-ENTRY':
        if (!frame.line.startsWith(`>${part}:`)) return status(frame);
        return finish({ type: 'notification', line: frame.line });
      case 'close':
        return frame.type === 'error' ? status(frame) : 'foreign';
    }
  };

  const awaitsBlock = (): boolean => {
    const part = shape[parts.length];
    return part === 'block' || part === 'rows';
  };

  return {
    push,
    parts,
    get awaitsBlock() {
      return awaitsBlock();
    },
    get inBlock() {
      return inBlock;
    },
    cut() {
      if (held) row(held);
      parts.push({ type: 'block', lines, cut: inBlock ? lostRest : noLine });
      return parts;
    },
  };
}
