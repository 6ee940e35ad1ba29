import {
  type Bus,
  type Caller,
  isInterfaceName,
  type ReceivedSignal,
  type Subscription,
} from '@ovpnkit/dbus';
import { glibError } from '../../contract/errors.ts';
import { requestFailed } from '../host/refusals.ts';
import { logTag } from './log-tag.ts';

/** One interface of one connection, whose signals are for the log. */
export type Attachment = {
  readonly tag: string;
  /** The unique name. */
  readonly sender: string;
  readonly interface: string;
  readonly pid: number | undefined;
  /** The session that it belongs to, once that is known. */
  session: string | undefined;
};

export type Attachments = {
  readonly size: number;
  all(): Iterable<Attachment>;
  /** Listens to an interface of the caller until it is detached, or the caller has left the bus. */
  attach(caller: Caller, iface: string): Promise<Attachment>;
  /** Throws the DBusError for the caller when it is not attached, as does {@link assign}. */
  detach(caller: Caller, iface: string): Attachment;
  /** A session has one attachment: the newest. */
  assign(caller: Caller, iface: string, session: string): Attachment;
  /** Whose events are those of this session. */
  ofSession(session: string): Attachment | undefined;
  /** A connection has left the bus. */
  left(name: string): void;
};

export type AttachmentListeners = {
  readonly new: (attachment: Attachment) => void;
  readonly signal: (attachment: Attachment, signal: ReceivedSignal) => void;
  /** It is gone, for whatever reason. */
  readonly gone: (attachment: Attachment) => void;
};

/** No service has more than two interfaces that log. */
const MAX_PER_CONNECTION = 16;

/** How deployed programs say it. */
const notAttached = () => glibError('log', 'Not attached');

export function createAttachments(bus: Bus, listeners: AttachmentListeners): Attachments {
  const senders = new Map<string, Map<string, Attachment>>();
  const sessions = new Map<string, Attachment>();
  const interfaces = new Map<string, { users: number; readonly subscription: Promise<Subscription> }>();
  let size = 0;

  function hear(signal: ReceivedSignal): void {
    const attachment = senders.get(signal.sender ?? '')?.get(signal.interface ?? '');
    if (attachment) listeners.signal(attachment, signal);
  }

  /** One rule for an interface, however many connections have it: a bus grants a connection some hundred rules. */
  async function subscribe(iface: string): Promise<void> {
    let entry = interfaces.get(iface);
    if (!entry) {
      entry = { users: 0, subscription: bus.subscribe({ interface: iface }, hear) };
      interfaces.set(iface, entry);
    }
    entry.users++;
    await entry.subscription;
  }

  function unsubscribe(iface: string): void {
    const entry = interfaces.get(iface);
    if (!entry || --entry.users > 0) return;
    interfaces.delete(iface);
    entry.subscription.then(each => each.close()).catch(() => {});
  }

  function drop(attachment: Attachment): void {
    const { sender, interface: iface, session } = attachment;
    const ofSender = senders.get(sender);
    if (ofSender?.get(iface) !== attachment) return;
    ofSender.delete(iface);
    if (ofSender.size === 0) senders.delete(sender);
    if (session !== undefined && sessions.get(session) === attachment) sessions.delete(session);
    size--;
    unsubscribe(iface);
    listeners.gone(attachment);
  }

  function find({ name }: Caller, iface: string): Attachment {
    const attachment = senders.get(name)?.get(iface);
    if (!attachment) throw notAttached();
    return attachment;
  }

  return {
    get size() {
      return size;
    },
    *all() {
      for (const ofSender of senders.values()) yield* ofSender.values();
    },
    async attach({ name: sender, pid, gone }, iface) {
      // Nobody would tell that it leaves.
      if (gone.aborted) throw requestFailed(`${sender} has left the bus`);
      if (!isInterfaceName(iface))
        throw requestFailed(`Failed to subscribe to 'Log': '${iface}' is no interface name`);
      const ofSender = senders.get(sender) ?? new Map<string, Attachment>();
      if (ofSender.has(iface)) throw glibError('log', 'Already attached');
      if (ofSender.size >= MAX_PER_CONNECTION)
        throw glibError('log', `${sender} has attached ${MAX_PER_CONNECTION} interfaces already`);
      const attachment: Attachment = {
        tag: logTag(sender, iface),
        sender,
        interface: iface,
        pid,
        session: undefined,
      };
      senders.set(sender, ofSender.set(iface, attachment));
      size++;
      listeners.new(attachment);
      try {
        await subscribe(iface);
      } catch (error) {
        drop(attachment);
        throw error;
      }
      return attachment;
    },
    detach(caller, iface) {
      const attachment = find(caller, iface);
      drop(attachment);
      return attachment;
    },
    assign(caller, iface, session) {
      const attachment = find(caller, iface);
      if (attachment.session !== undefined && sessions.get(attachment.session) === attachment)
        sessions.delete(attachment.session);
      attachment.session = session;
      sessions.set(session, attachment);
      return attachment;
    },
    ofSession: session => sessions.get(session),
    left(name) {
      for (const attachment of [...(senders.get(name)?.values() ?? [])]) drop(attachment);
    },
  };
}
