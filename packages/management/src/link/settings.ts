import { type Command, command } from '../protocol/command.ts';
import { integer } from '../protocol/encoder.ts';

/** What was switched on for this connection, so that it can be switched on again for the next. */
export type Settings = {
  /** Takes note of a command that the daemon accepted. */
  note(command: Command): void;
  /** The client version that was announced. It decides how later events look, so it is restored first. */
  readonly version: number | undefined;
  /** Whether these notifications are on. */
  isOn(name: 'state' | 'log' | 'echo'): boolean;
  /** The seconds between BYTECOUNT notifications; 0 without any. */
  readonly bytecount: number;
  /** The commands that bring everything else back, in the order that they must be sent: what starts events is last. */
  restore(): Command[];
};

const order = ['env-filter', 'state', 'log', 'echo', 'bytecount'] as const;
type Setting = (typeof order)[number] | 'version';

export function createSettings(): Settings {
  const values = new Map<Setting, string>();
  return {
    note({ words }) {
      const [verb, first] = words;
      // Without a level, the daemon sets it to 0.
      const value = first ?? (verb === 'env-filter' ? '0' : undefined);
      const setting = verb === 'version' ? verb : order.find(name => name === verb);
      if (setting === undefined || value === undefined) return;
      switch (setting) {
        case 'state':
        case 'log':
        case 'echo':
          // `log all on` switches as `log on all` does.
          for (const word of words.slice(1)) if (word === 'on' || word === 'off') values.set(setting, word);
          break;
        case 'version':
        case 'env-filter':
        case 'bytecount':
          // The daemon reads the digits and stops there.
          values.set(setting, String(Math.max(0, Number.parseInt(value, 10) || 0)));
      }
    },
    get version() {
      const version = values.get('version');
      return version === undefined ? undefined : Number(version);
    },
    isOn: name => values.get(name) === 'on',
    get bytecount() {
      return Number(values.get('bytecount') ?? 0);
    },
    restore() {
      return order.flatMap(setting => {
        const value = values.get(setting);
        if (value === undefined || value === 'off') return [];
        return [command(setting, value === 'on' ? ['action', value] : integer('value', Number(value)))];
      });
    },
  };
}
