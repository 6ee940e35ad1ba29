// What was seen on the bus while somebody typed a command, as it stands in the recordings: with `~` for
// /net/openvpn/v3 and net.openvpn.v3, and values as Python's `repr` writes them.

/** `~.sessions.NewTunnel` on a path of a destination; of a signal the destination is the sender. */
type Member = {
  /** ms since the command was typed. */
  readonly at: number;
  readonly destination: string;
  readonly path: string;
  readonly member: string;
  /** The list of arguments, as it was written; a long one is cut, and ends in `…` or `<PEM>`. */
  readonly args: string;
};

export type TraceStep =
  /** `by` is another user than that of the trace. */
  | ({ readonly kind: 'call'; readonly id: number; readonly by?: string } & Member)
  /** `OK […]` or `ERROR name [message]`. */
  | { readonly kind: 'reply'; readonly call: number; readonly outcome: string }
  | ({ readonly kind: 'signal' } & Member);

export type CallOrSignal = Exclude<TraceStep, { kind: 'reply' }>;

/** One command and all that came of it, as the program that was typed saw it. */
export type Trace = {
  /** `cli-config-remove`, and `cli-config-remove#2` for the second command of that recording. */
  readonly name: string;
  readonly command: string;
  readonly user: string;
  readonly steps: readonly TraceStep[];
  /** Its place among all of them: the number of its connection, or `undefined` when it had none. */
  readonly serial: number | undefined;
};

/** The traces of one recording; none where it is no recording of commands. */
export function parseTraces(recording: string, text: string): Trace[] {
  const parts = text.split(/^(?=\$ .*\[as \w+\]$)/m).filter(part => part.startsWith('$ '));
  return parts.map((part, index) => {
    const [, command = '', user = ''] = /^\$ (.*?) +\[as (\w+)\]\n/.exec(part) ?? [];
    const [, serial] = /CALL +:1\.(\d+) /.exec(part) ?? [];
    return {
      name: index === 0 ? recording : `${recording}#${index + 1}`,
      command,
      user,
      steps: parseSteps(part),
      serial: serial === undefined ? undefined : Number(serial),
    };
  });
}

const CALL = /^ *(\d+) CALL +(:1\.\d+) -> (\S+) (\S+) (\S+) (\[.*)$/;
const RETURN = /^ *\d+ +ret \S+ -> (:1\.\d+) \[(\w+)\] (.*)$/;
const ERROR = /^ *\d+ +(?:ERR \S+|BUSERR) -> (:1\.\d+) \[(\w+)\] (\S+) (.*)$/;
const SIGNAL = /^ *(\d+) SIG +(~\S+) -> (BROADCAST|:1\.\d+) (\S+) (\S+) (\[.*)$/;

function parseSteps(part: string): TraceStep[] {
  const steps: TraceStep[] = [];
  // By caller and member: replies say no more.
  const waiting = new Map<string, number[]>();
  let calls = 0;
  const reply = (caller: string, member: string, outcome: string) => {
    const call = waiting.get(`${caller} ${member}`)?.shift();
    if (call === undefined) throw new Error(`nobody called ${member}, which answers ${outcome}`);
    steps.push({ kind: 'reply', call, outcome });
  };
  for (const line of part.split('\n')) {
    const call = CALL.exec(line);
    const returned = RETURN.exec(line);
    const refused = ERROR.exec(line);
    const signal = SIGNAL.exec(line);
    if (call) {
      const [, at, caller = '', destination = '', path = '', member = '', args = ''] = call;
      const id = calls++;
      const key = `${caller} ${member.slice(member.lastIndexOf('.') + 1)}`;
      waiting.set(key, [...(waiting.get(key) ?? []), id]);
      steps.push({ kind: 'call', id, at: Number(at), destination, path, member, args });
    } else if (returned) {
      const [, caller = '', member = '', values = ''] = returned;
      reply(caller, member, `OK ${values}`);
    } else if (refused) {
      const [, caller = '', member = '', name = '', text = ''] = refused;
      reply(caller, member, `ERROR ${name} ${text}`);
    } else if (signal) {
      const [, at, destination = '', , path = '', member = '', args = ''] = signal;
      steps.push({ kind: 'signal', at: Number(at), destination, path, member, args });
    }
  }
  return steps;
}
