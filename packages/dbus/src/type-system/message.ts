// A D-Bus message, apart from its bytes.

export type MethodCall = {
  /** A unique or a well-known name. */
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** Of the body; none for an empty one. */
  readonly signature?: string;
  readonly body?: readonly unknown[];
};

export type Signal = {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
  /** The one who gets it. Everybody with a matching rule, when absent. */
  readonly to?: string;
};

/** What goes to the wire. Each has the serial its sender gave it. */
export type Outgoing = {
  readonly serial: number;
  readonly signature?: string;
  readonly body?: readonly unknown[];
} & (
  | ({ readonly type: 'call'; readonly noReply: boolean; readonly noAutoStart: boolean } & MethodCall)
  | ({ readonly type: 'signal' } & Signal)
  | { readonly type: 'return'; readonly replySerial: number; readonly destination: string | undefined }
  | {
      readonly type: 'error';
      readonly replySerial: number;
      readonly destination: string | undefined;
      readonly errorName: string;
    }
);

/** What came from the wire. The bus fills in `sender`, so nobody can forge it. */
export type Incoming = {
  readonly serial: number;
  readonly sender: string | undefined;
  readonly signature: string;
  /** `undefined` when the body would have taken too much memory, and was thrown away unread. */
  readonly body: readonly unknown[] | undefined;
  /** About how many bytes of memory the body takes. */
  readonly weight: number;
} & (
  | ({ readonly type: 'call' } & Received & { readonly noReply: boolean })
  | ({ readonly type: 'signal' } & Received)
  | { readonly type: 'return'; readonly replySerial: number }
  | { readonly type: 'error'; readonly replySerial: number; readonly errorName: string }
);

type Received = {
  readonly path: string;
  /** A call may leave it out: the first interface that has the member is meant. */
  readonly interface: string | undefined;
  readonly member: string;
};

export type IncomingCall = Extract<Incoming, { type: 'call' }>;
export type IncomingSignal = Extract<Incoming, { type: 'signal' }>;
/** What a listener gets: a signal whose body was light enough to be read. */
export type ReceivedSignal = IncomingSignal & { readonly body: readonly unknown[] };
