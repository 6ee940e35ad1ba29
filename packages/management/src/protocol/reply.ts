import type { Frame } from './frame.ts';
import type { Shape } from './shape.ts';

/** One finished part of a reply. `lines` of a status are those that came before it; of a block, its rows. */
export type ReplyPart =
  | { readonly type: 'success'; readonly text: string; readonly lines: readonly string[] }
  | { readonly type: 'error'; readonly text: string; readonly lines: readonly string[] }
  | { readonly type: 'block'; readonly lines: readonly string[] }
  | { readonly type: 'notification'; readonly line: string };

export type Reply = readonly ReplyPart[];

/**
 * What became of a frame that was offered to the assembler: `foreign` is not part of the reply (a notification that
 * fell between), `taken` is, `done` is its last one, `overflow` means that the reply outgrew its limit.
 */
export type Assembly = 'foreign' | 'taken' | 'done' | 'overflow';

export type ReplyAssembler = {
  push(frame: Frame): Assembly;
  /** The parts that are complete; all of them after `done`. */
  readonly parts: Reply;
};

export type ReplyOptions = {
  /** The most characters that the lines of one reply may have. 100,000 clients are 24 million. */
  maxLength?: number | undefined;
  /** Takes the rows of a block instead of the reply, which then has none. */
  onRow?: ((line: string) => void) | undefined;
};

/**
 * Assembles one reply of a known, non-empty shape out of frames. Completion is decided by the shape and by whole
 * lines only; a row that begins with `ERROR` or an environment's `END` ends nothing.
 */
export function createReplyAssembler(
  shape: Shape,
  { maxLength = 2 ** 28, onRow }: ReplyOptions = {},
): ReplyAssembler {
  const parts: ReplyPart[] = [];
  let lines: string[] = [];
  let length = 0;
  let inBlock = false;

  const finish = (part: ReplyPart): Assembly => {
    parts.push(part);
    lines = [];
    inBlock = false;
    return parts.length === shape.length ? 'done' : 'taken';
  };

  const row = ({ line }: Frame): Assembly => {
    length += line.length;
    if (length > maxLength) return 'overflow';
    if (onRow && inBlock) onRow(line);
    else lines.push(line);
    return 'taken';
  };

  const status = (frame: Frame): Assembly => {
    if (frame.type === 'notification') return 'foreign';
    if (frame.type !== 'success' && frame.type !== 'error') return row(frame);
    const text = frame.line.slice(frame.line.indexOf(':') + 1).trimStart();
    return finish({ type: frame.type, text, lines });
  };

  const block = (frame: Frame, peersChooseRows: boolean): Assembly => {
    if (frame.type === 'notification' && !(peersChooseRows && inBlock)) return 'foreign';
    if (frame.type === 'error' && !inBlock) return status(frame);
    if (frame.type === 'end') return finish({ type: 'block', lines });
    inBlock = true;
    return row(frame);
  };

  const push = (frame: Frame): Assembly => {
    const part = shape[parts.length];
    if (part === undefined) return 'foreign';
    switch (part) {
      case 'status':
        return status(frame);
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

  return { push, parts };
}
