import { formatJson, type LogMessage, redactLog } from '@ovpnkit/management';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import { printable } from '../../output/printable.ts';
import { formatTime } from '../../output/quantity.ts';
import { type Style, styleFor } from '../../output/style.ts';

type LogOptions = { readonly follow: boolean; readonly lines: number | undefined; readonly json: boolean };

/** `ovpnkit log`. */
export async function runLog({ connect, print, signal }: Context, options: LogOptions): Promise<Outcome> {
  const { follow, lines = 'all', json } = options;
  const style = styleFor(process.stdout);
  const show = (message: LogMessage): void =>
    print(json ? formatJson(message) : formatMessage(message, style));
  const daemon = await connect({ reconnect: follow });
  // Attached before the history is asked for: what comes between waits here.
  const events = daemon.events({ overflow: 'drop-oldest' });
  const history = follow ? await daemon.log('on', lines) : await daemon.log(lines);
  for (const message of history) show(message);
  if (!follow) return 'ok';
  for await (const event of events) {
    if (event.type === 'LOG') show(event);
    if (event.type === 'down' || event.type === 'up')
      process.stderr.write(`ovpnkit: the daemon is ${event.type}\n`);
    if (event.type === 'dropped') process.stderr.write(`ovpnkit: ${event.count} lines were missed\n`);
  }
  signal.throwIfAborted();
  return 'ok';
}

const colours = { fatal: 'red', error: 'red', warning: 'yellow', info: 'reset', debug: 'dim' } as const;

/** `2026-11-21 21:30:05  warning  text`, without the secrets that a daemon writes at a high verbosity. */
function formatMessage({ time, severity, text }: LogMessage, style: Style): string {
  const line = `${formatTime(time)}  ${(severity ?? '').padEnd(7)}  ${printable(redactLog(text))}`;
  return severity ? style(colours[severity], line) : line;
}
