// A stand-in of the log service, which keeps what it is told.
import { type Access, type DBusError, defineInterface, implement } from '@ovpnkit/dbus';
import { LOG, LOG_PATH } from '@ovpnkit/openvpn3';
import { type StandIn, startStandIn } from './stand-in.ts';
import type { SystemBus } from './system-bus.ts';

export type LogCall = {
  readonly member: 'Attach' | 'AssignSession' | 'Detach';
  readonly args: readonly string[];
  /** The unique name of who called. */
  readonly sender: string;
};

export type LogService = StandIn & {
  /** In order. What is logged is in `signals`. */
  readonly calls: readonly LogCall[];
  /** From now on every method is answered with this error; with `undefined` none is. */
  refuse(error: DBusError | undefined): void;
};

const Log = defineInterface({
  name: LOG,
  methods: {
    Attach: { in: ['s interface'] },
    AssignSession: { in: ['o session_path', 's interface'] },
    Detach: { in: ['s interface'] },
  },
  properties: {
    config_file: { type: 's', access: 'read' },
    log_dbus_details: { type: 'b', access: 'readwrite' },
    log_level: { type: 'u', access: 'readwrite' },
    log_method: { type: 's', access: 'read' },
    log_prefix_logtag: { type: 'b', access: 'readwrite' },
    num_attached: { type: 'u', access: 'read' },
    timestamp: { type: 'b', access: 'readwrite' },
    version: { type: 's', access: 'read' },
  },
});

export async function startLogService(systemBus: SystemBus): Promise<LogService> {
  const calls: LogCall[] = [];
  let refusal: DBusError | undefined;
  const keep =
    (member: LogCall['member']) =>
    (args: readonly string[], { caller }: Access) => {
      calls.push({ member, args, sender: caller.name });
      if (refusal !== undefined) throw refusal;
    };
  const fixed = <T>(value: T) => ({ get: () => value });
  const held = <T>(initial: T) => {
    let value = initial;
    return {
      get: () => value,
      set(next: T) {
        value = next;
      },
    };
  };
  const { standIn } = await startStandIn(systemBus, LOG, {
    [LOG_PATH]: implement(Log, {
      methods: {
        Attach: keep('Attach'),
        AssignSession: keep('AssignSession'),
        Detach: keep('Detach'),
      },
      properties: {
        config_file: fixed(''),
        log_dbus_details: held(false),
        log_level: held(3),
        log_method: fixed('journald'),
        log_prefix_logtag: held(true),
        num_attached: { get: () => calls.filter(({ member }) => member === 'Attach').length },
        timestamp: held(false),
        version: fixed('v27'),
      },
    }),
  });
  return {
    ...standIn,
    calls,
    refuse(error) {
      refusal = error;
    },
  };
}
