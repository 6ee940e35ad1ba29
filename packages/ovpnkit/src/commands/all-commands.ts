import type { Command } from '../cli/command.ts';
import { clients } from './clients.ts';
import { demo } from './demo.ts';
import { events } from './events.ts';
import { hold } from './hold.ts';
import { hub } from './hub.ts';
import { kill } from './kill.ts';
import { lab } from './lab.ts';
import { log } from './log.ts';
import { raw } from './raw.ts';
import { record } from './record.ts';
import { replay } from './replay.ts';
import { signal } from './signal.ts';
import { state } from './state.ts';
import { status } from './status.ts';
import { version } from './version.ts';
import { watch } from './watch.ts';

/** Every command, in the order of the help. */
export const allCommands: readonly Command[] = [
  status,
  clients,
  watch,
  state,
  events,
  log,
  kill,
  signal,
  hold,
  version,
  raw,
  hub,
  record,
  replay,
  lab,
  demo,
];
