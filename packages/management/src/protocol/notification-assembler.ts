import { clientNotification } from './client-event.ts';
import { createEnvironmentBlock, type EnvironmentBlock } from './environment.ts';
import { type Notification, parseNotification } from './notification.ts';

/** Joins the header of an event and its environment block; everything else passes through. */
export type NotificationAssembler = {
  /** The event that this line completes; `undefined` while a block is open. */
  push(line: string): Notification | undefined;
};

const clientEnv = '>CLIENT:ENV,';
const updownEnv = '>UPDOWN:ENV,';
const header = /^>(?:CLIENT:(?:CONNECT|REAUTH|ESTABLISHED|DISCONNECT|CR_RESPONSE),|UPDOWN:(?:UP|DOWN)$)/;

/**
 * An assembler for one connection. A block of more than `maxBlockLength` characters is `malformed`, and so is one
 * whose end is missing when the next begins; lines of other kinds may fall between the lines of a block.
 */
export function createNotificationAssembler({ maxBlockLength = 2 ** 20 } = {}): NotificationAssembler {
  let open: { header: string; prefix: string; block: EnvironmentBlock } | undefined;

  const variable = (line: string, prefix: string): Notification | undefined => {
    if (open?.prefix !== prefix) return { type: 'malformed', line: redact(line) };
    const text = line.slice(prefix.length);
    if (text === 'END') {
      const { header, block } = open;
      open = undefined;
      return complete(header, block);
    }
    open.block.add(text);
    if (open.block.length <= maxBlockLength) return undefined;
    const { header } = open;
    open = undefined;
    return { type: 'malformed', line: redact(header) };
  };

  const push = (line: string): Notification | undefined => {
    // The third byte tells most lines apart from blocks: `>LOG:`, `>STATE:`, `>BYTECOUNT:`.
    const third = line.charCodeAt(2);
    if (third !== 0x4c && third !== 0x50) return parseNotification(line);
    if (line.startsWith(clientEnv)) return variable(line, clientEnv);
    if (line.startsWith(updownEnv)) return variable(line, updownEnv);
    if (!header.test(line)) return parseNotification(line);
    const unfinished = open?.header;
    open = {
      header: line,
      prefix: line.startsWith('>CLIENT:') ? clientEnv : updownEnv,
      block: createEnvironmentBlock(),
    };
    return unfinished === undefined ? undefined : { type: 'malformed', line: redact(unfinished) };
  };

  return { push };
}

function complete(line: string, block: EnvironmentBlock): Notification {
  if (line.startsWith('>UPDOWN:')) {
    return { type: 'UPDOWN', direction: line === '>UPDOWN:UP' ? 'UP' : 'DOWN', env: block.env };
  }
  return (
    clientNotification(line.slice('>CLIENT:'.length), block) ?? { type: 'malformed', line: redact(line) }
  );
}

/** A stray variable may be the password and a CR_RESPONSE holds an answer: only the beginning is shown. */
function redact(line: string): string {
  return line.replace(/^(>CLIENT:CR_RESPONSE,|[^=]*=).*$/s, '$1…');
}
