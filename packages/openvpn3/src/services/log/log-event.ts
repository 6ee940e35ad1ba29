import type { ReceivedSignal } from '@ovpnkit/dbus';

/** What a service tells of itself. The numbers are as they came: a newer program may have some that are unknown here. */
export type LogEvent =
  | { readonly type: 'log'; readonly group: number; readonly category: number; readonly message: string }
  | { readonly type: 'status'; readonly major: number; readonly minor: number; readonly message: string };

/** `undefined` for signals that tell nothing to the log. */
export function parseLogEvent({
  member,
  signature,
  body,
}: Pick<ReceivedSignal, 'member' | 'signature' | 'body'>): LogEvent | undefined {
  const [first, second, third, fourth] = body;
  const numbers = [Number(first), Number(second)] as const;
  switch (`${member} ${signature}`) {
    case 'Log uus':
      return { type: 'log', group: numbers[0], category: numbers[1], message: String(third) };
    case 'Log uuss': // of a backend, which puts the token of its session before the message
      return { type: 'log', group: numbers[0], category: numbers[1], message: String(fourth) };
    case 'StatusChange uus':
      return { type: 'status', major: numbers[0], minor: numbers[1], message: String(third) };
    default:
      return undefined;
  }
}
