import { formatJson } from '@ovpnkit/management';
import { LogCategory, logText, type Session, type SessionEvent, statusText } from '@ovpnkit/openvpn3';
import type { Context } from '../../cli/context.ts';
import type { Outcome } from '../../cli/outcome.ts';
import {
  chooseSession,
  namedSession,
  type SessionTarget,
  severalSessions,
} from '../../openvpn3/choose-target.ts';
import { type FrontEnd, runFrontEnd } from '../../openvpn3/front-end.ts';
import { printable } from '../../output/printable.ts';
import { formatTime } from '../../output/quantity.ts';
import { type Style, styleFor } from '../../output/style.ts';

export type SessionLogOptions = SessionTarget & {
  readonly logLevel: number | undefined;
  readonly json: boolean;
};

/** `ovpnkit log` of a session of OpenVPN 3: from now to its end. */
export function runSessionLog(context: Context, options: SessionLogOptions): Promise<Outcome> {
  return runFrontEnd(context, 'log', async frontEnd => {
    const { signal, print } = frontEnd;
    const tell = options.json ? () => {} : print;
    const session = await findSession(frontEnd, options);
    tell(`Attaching to session ${session.path}`);
    if (options.logLevel !== undefined) await session.set('log_verbosity', options.logLevel);
    const style = styleFor(process.stdout);
    let attached = false;
    for await (const event of session.events({ signal })) {
      // The status from before is nothing that happens.
      if (options.json) print(formatJson({ time: new Date(), ...event }));
      else if (attached) print(formatEvent(event, new Date(), style));
      attached = true;
    }
    tell('Session closed');
    return 'ok';
  });
}

async function findSession(frontEnd: FrontEnd, options: SessionLogOptions): Promise<Session> {
  const { sessions, signal } = frontEnd;
  const { config, sessionPath, interface: device } = options;
  if (config === undefined || sessionPath !== undefined || device !== undefined) {
    return chooseSession(sessions, namedSession(options));
  }
  const [first] = await sessions.find(config);
  if (first === undefined && !options.json) process.stdout.write('Waiting for session to start ...');
  const found = await sessions.awaitNext(config, { signal });
  const [only] = found;
  if (first === undefined && !options.json) process.stdout.write(' Done\n');
  if (only === undefined || found.length > 1) throw severalSessions(found);
  return only;
}

/** `2026-11-21 20:08:28  Client INFO: text`; what follows a line feed stands below the text. */
function formatEvent(event: SessionEvent, time: Date, style: Style): string {
  const stamp = formatTime(time);
  switch (event.type) {
    case 'status':
      return `${stamp}  [STATUS] ${printable(statusText(event.status))}`;
    case 'unknown-status':
      return `${stamp}  [STATUS] (${event.codes.join(', ')}): ${printable(event.message)}`;
    case 'dropped':
      return `${stamp}  (${event.count} lines were missed)`;
    case 'log': {
      const { group, category, message } = event;
      const [first = '', ...more] = logText(group, category, message).split('\n').map(printable);
      const text = [`${stamp}  ${first}`, ...more.map(line => `${INDENT}${line}`)].join('\n');
      if (category >= LogCategory.ERROR) return style('red', text);
      return category === LogCategory.WARN ? style('yellow', text) : text;
    }
  }
}

const INDENT = ' '.repeat(23);
