import { type Access, type Implementation, implement } from '@ovpnkit/dbus';
import { errorText, failed } from '../../contract/errors.ts';
import { HIGHEST_LOG_LEVEL } from '../../contract/log.ts';
import { Session } from '../../contract/sessions.ts';
import { refused } from '../host/refusals.ts';
import type { BackendWork, LiveSession } from './live-session.ts';
import { needsInput } from './relayed-error.ts';

/** An owner can grant access to so many. */
const MAX_GRANTED = 1024;

/** The members of net.openvpn.v3.sessions on the object of a session. */
export function implementSession(session: LiveSession): Implementation {
  const { log, forwards } = session;
  const { path } = session.record;
  /** Written before Connect, which hands it on. */
  let dco: boolean | undefined;

  const relay = <T>(method: string, work: BackendWork<T>): Promise<T> => session.relay(method, work);

  const connect: BackendWork<void> = async (backend, options) => {
    if (dco !== undefined) await backend.set('dco', dco, options);
    const logVerbosity = Math.min(await backend.get('log_level', options), HIGHEST_LOG_LEVEL);
    await backend.call('Connect', [], options);
    dco = undefined;
    session.update({ connected: true, logVerbosity });
  };

  return implement(Session, {
    methods: {
      async Ready() {
        await relay('Ready', (backend, options) => backend.call('Ready', [], options)).catch(error => {
          if (!needsInput(error)) log('CRIT', `Not ready - ${path}: ${errorText(error.message)}`);
          throw error;
        });
      },
      async Connect() {
        await relay('Connect', connect);
        log('VERB2', `Starting connection - ${path}`);
      },
      async Pause([reason]) {
        await relay('Pause', (backend, options) => backend.call('Pause', [reason], options));
        log('VERB2', `Session pausing ${path}: ${withoutControls(reason)}`);
      },
      async Resume() {
        await relay('Resume', (backend, options) => backend.call('Resume', [], options));
        log('VERB2', `Session resuming - ${path}`);
      },
      async Restart() {
        await relay('Restart', (backend, options) => backend.call('Restart', [], options));
        log('VERB2', `Session restarting - ${path}`);
      },
      async Disconnect() {
        if (session.isRegistered) {
          // Whatever it answers, the session ends.
          await relay('Disconnect', (backend, options) => backend.call('Disconnect', [], options)).catch(
            () => {},
          );
        }
        void session.close('stopped');
        log('VERB2', `Session disconnecting - ${path}`);
      },
      UserInputQueueGetTypeGroup: () =>
        relay('UserInputQueueGetTypeGroup', (backend, options) =>
          backend.call('UserInputQueueGetTypeGroup', [], options),
        ),
      UserInputQueueFetch: entry =>
        relay('UserInputQueueFetch', (backend, options) =>
          backend.call('UserInputQueueFetch', entry, options),
        ),
      UserInputQueueCheck: group =>
        relay('UserInputQueueCheck', (backend, options) =>
          backend.call('UserInputQueueCheck', group, options),
        ),
      UserInputProvide: answer =>
        relay('UserInputProvide', (backend, options) => backend.call('UserInputProvide', answer, options)),
      AccessGrant([uid]) {
        const { acl } = session.record;
        if (acl.includes(uid)) throw refused('UID already granted access');
        if (acl.length >= MAX_GRANTED) throw refused(`Access is granted to ${MAX_GRANTED} users already`);
        session.update({ acl: [...acl, uid] });
        log('INFO', `Access granted to UID ${uid} on ${path}`);
      },
      AccessRevoke([uid]) {
        const { acl } = session.record;
        if (!acl.includes(uid)) throw refused('UID not granted access');
        session.update({ acl: acl.filter(each => each !== uid) });
        log('INFO', `Access revoked for UID ${uid} on ${path}`);
      },
      async LogForward([enable], { caller }: Access) {
        if (!enable) return forwards.remove(caller.name, caller.uid);
        // A log service knows a session when its backend has registered.
        const left = await relay('LogForward', async (_, options) => options);
        await forwards.add(caller.name, caller.uid, left);
      },
    },
    properties: {
      acl: { get: () => [...session.record.acl] },
      backend_pid: { get: () => session.record.backendPid },
      config_name: { get: () => session.record.configName },
      config_path: { get: () => session.record.configPath },
      connected_to: {
        async get(): Promise<[string, string, number]> {
          const [protocol, , address, port] = await session.read(nowhere, (backend, options) =>
            backend.get('connection', options),
          );
          return [protocol, address, port];
        },
      },
      dco: {
        get: () => dco ?? session.read(false, (backend, options) => backend.get('dco', options)),
        set(value) {
          if (session.record.connected) throw failed('DCO mode cannot be changed now');
          dco = value;
        },
      },
      device_name: { get: () => session.read('', (backend, options) => backend.get('device_name', options)) },
      device_path: {
        get: () => session.read('/', (backend, options) => backend.get('device_path', options)),
      },
      last_log: { get: () => session.lastLog },
      log_forwards: { get: () => session.record.logForwards.map(each => each.proxy) },
      log_verbosity: {
        get: () => session.record.logVerbosity,
        set(logVerbosity) {
          if (logVerbosity > HIGHEST_LOG_LEVEL) throw failed('Incorrect log level');
          session.update({ logVerbosity });
          log('INFO', `Log level changed to ${logVerbosity} on ${path}`);
        },
      },
      owner: { get: () => session.record.owner },
      public_access: {
        get: () => session.record.publicAccess,
        set: publicAccess => session.update({ publicAccess }),
      },
      restrict_log_access: {
        get: () => session.record.restrictLogAccess,
        set: restrictLogAccess => session.update({ restrictLogAccess }),
      },
      session_created: { get: () => BigInt(session.record.created) },
      session_name: {
        get: () => session.read('', (backend, options) => backend.get('session_name', options)),
      },
      statistics: {
        get: () => session.read(new Map(), (backend, options) => backend.get('statistics', options)),
      },
      status: { get: () => session.status },
    },
  });
}

const nowhere: [string, string, string, number] = ['', '', '', 0];

const withoutControls = (text: string): string => text.replaceAll(/[\0-\x1f\x7f]/g, '');
