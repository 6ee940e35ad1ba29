// The two files of dbus-native that a connection is made of; its own declarations are those of its index alone.

declare module 'dbus-native/lib/handshake.js' {
  import type { Socket } from 'node:net';

  /** Authenticates as a client, and says BEGIN. `guid` is that of the bus. */
  function authenticate(
    stream: Socket,
    options: { readonly authMethods: readonly string[] },
    done: (error: Error | null, guid?: string) => void,
  ): void;
  export = authenticate;
}

declare module 'dbus-native/lib/message.js' {
  import type { Socket } from 'node:net';
  import type { ConnectionOptions, Message } from 'dbus-native';

  /** The bytes of a message. Throws when it has no serial, or its body does not fit its signature. */
  export function marshall(message: Message): Buffer;

  /** Reads messages until the stream ends or one cannot be read, which `unreadable` is told, and then no more. */
  export function unmarshalMessages(
    stream: Socket,
    receive: (message: Message) => void,
    options: Pick<ConnectionOptions, 'plainValues' | 'variants' | 'maxMessageSize'>,
    unreadable: (error: Error) => void,
    /** Gets what `receive` throws. */
    thrown: (error: Error) => void,
  ): void;
}
