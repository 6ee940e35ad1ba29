import type { Command } from '../cli/command.ts';
import { clients } from './clients.ts';
import { configAcl } from './config-acl.ts';
import { configDump } from './config-dump.ts';
import { configImport } from './config-import.ts';
import { configManage } from './config-manage.ts';
import { configRemove } from './config-remove.ts';
import { configsList } from './configs-list.ts';
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
import { service } from './service.ts';
import { sessionAcl } from './session-acl.ts';
import { sessionAuth } from './session-auth.ts';
import { sessionManage } from './session-manage.ts';
import { sessionStart } from './session-start.ts';
import { sessionStats } from './session-stats.ts';
import { sessionsList } from './sessions-list.ts';
import { signal } from './signal.ts';
import { state } from './state.ts';
import { status } from './status.ts';
import { tunnel } from './tunnel.ts';
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
  configImport,
  configsList,
  configManage,
  configAcl,
  configDump,
  configRemove,
  sessionStart,
  sessionsList,
  sessionManage,
  sessionAuth,
  sessionAcl,
  sessionStats,
  tunnel,
  service,
];
