import type { Client, LogMessage, State } from '@ovpnkit/management';
import { printable } from '../output/printable.ts';
import type { Style } from '../output/style.ts';

/** Something that is worth telling the one who watches. */
export type Happening = { readonly at: Date } & (
  | { readonly type: 'joined' | 'left'; readonly client: Client }
  | { readonly type: 'state'; readonly state: State }
  | { readonly type: 'log'; readonly message: LogMessage }
  /** The daemon is gone, or the way to it. */
  | { readonly type: 'away'; readonly problem: string }
  /** It is there again; `restarted` when it is another process. */
  | { readonly type: 'back'; readonly pid: number; readonly restarted: boolean }
  /** The daemon waits for an answer that watching does not give. */
  | { readonly type: 'question'; readonly text: string }
  | { readonly type: 'notice'; readonly text: string }
  /** The daemon says why it ends. */
  | { readonly type: 'fatal'; readonly text: string }
  /** A remark of the program that shows the watch. */
  | { readonly type: 'remark'; readonly text: string }
);

export type Tone = 'good' | 'bad' | 'warning' | 'plain';

/** The happening in one printable line, without its time. */
export function describe(happening: Happening): { readonly text: string; readonly tone: Tone } {
  const { text, tone } = say(happening);
  return { text: printable(text), tone };
}

function say(happening: Happening): { text: string; tone: Tone } {
  switch (happening.type) {
    case 'joined':
      return { text: `+ ${introduce(happening.client)}`, tone: 'good' };
    case 'left':
      return { text: `- ${introduce(happening.client)}`, tone: 'warning' };
    case 'state':
      return sayState(happening.state);
    case 'log':
      return { text: `log: ${happening.message.text}`, tone: logTone(happening.message) };
    case 'away':
      return { text: `the daemon is away: ${happening.problem}`, tone: 'bad' };
    case 'back':
      return {
        text: `the daemon is back${happening.restarted ? ', restarted' : ''} (process ${happening.pid})`,
        tone: 'good',
      };
    case 'question':
      return { text: `the daemon waits: ${happening.text}`, tone: 'warning' };
    case 'fatal':
      return { text: `fatal: ${happening.text}`, tone: 'bad' };
    case 'notice':
    case 'remark':
      return { text: happening.text, tone: 'plain' };
  }
}

const introduce = ({ commonName, realAddress, virtualIpv4, virtualIpv6 }: Client): string =>
  [`${commonName} from ${realAddress}`, virtualIpv4 ?? virtualIpv6].filter(Boolean).join(' as ');

function sayState({ name, description }: State): { text: string; tone: Tone } {
  const good = name === 'CONNECTED' && description === 'SUCCESS';
  return { text: `state ${name} ${description}`.trimEnd(), tone: good ? 'good' : 'plain' };
}

const formats = { good: 'green', bad: 'red', warning: 'yellow' } as const;

/** Colours a line by how grave it is. */
export const styleTone = (tone: Tone, text: string, style: Style): string =>
  tone === 'plain' ? text : style(formats[tone], text);

/** How grave a line of the log is. */
export function logTone({ severity }: LogMessage): Tone {
  switch (severity) {
    case 'fatal':
    case 'error':
      return 'bad';
    case 'warning':
      return 'warning';
    case 'info':
    case 'debug':
    case undefined:
      return 'plain';
  }
}
