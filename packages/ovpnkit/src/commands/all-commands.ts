import type { Command } from '../cli/command.ts';
import { clients } from './clients/index.ts';
import { completion } from './completion/index.ts';
import { demo } from './demo/index.ts';
import { events } from './events/index.ts';
import { help } from './help/index.ts';
import { hold } from './hold/index.ts';
import { hub } from './hub/index.ts';
import { kill } from './kill/index.ts';
import { lab } from './lab/index.ts';
import { log } from './log/index.ts';
import { configAcl } from './openvpn3/config-acl/index.ts';
import { configDump } from './openvpn3/config-dump/index.ts';
import { configImport } from './openvpn3/config-import/index.ts';
import { configManage } from './openvpn3/config-manage/index.ts';
import { configRemove } from './openvpn3/config-remove/index.ts';
import { configsList } from './openvpn3/configs-list/index.ts';
import { service } from './openvpn3/service/index.ts';
import { sessionAcl } from './openvpn3/session-acl/index.ts';
import { sessionAuth } from './openvpn3/session-auth/index.ts';
import { sessionManage } from './openvpn3/session-manage/index.ts';
import { sessionStart } from './openvpn3/session-start/index.ts';
import { sessionStats } from './openvpn3/session-stats/index.ts';
import { sessionsList } from './openvpn3/sessions-list/index.ts';
import { tunnel } from './openvpn3/tunnel/index.ts';
import { raw } from './raw/index.ts';
import { record } from './record/index.ts';
import { replay } from './replay/index.ts';
import { signal } from './signal/index.ts';
import { state } from './state/index.ts';
import { status } from './status/index.ts';
import { version } from './version/index.ts';
import { watch } from './watch/index.ts';

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
  help,
  completion,
];
