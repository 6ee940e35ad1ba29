import type { CallOrSignal } from './parse-trace.ts';

/** Where a trace has such a line, ours has these in its place: none, or more than one. */
export type Rule = readonly [recorded: RegExp, ...ours: string[]];

/** A difference that is meant. */
export type Difference = {
  readonly why: string;
  /** Names of traces; all when absent. */
  readonly traces?: RegExp;
  /** Holds from and up to these ms of a trace; all of it when absent. */
  readonly when?: readonly [from: number, to: number];
  readonly rules?: readonly Rule[];
  /** Lines that are told in one run and not in the next: not compared. */
  readonly unsteady?: RegExp;
  /** Calls that are not made, and signals that are not expected. */
  readonly leftOut?: (step: CallOrSignal) => boolean;
  /** What has been told before this call is not compared. */
  readonly forgets?: (call: CallOrSignal) => boolean;
};

/** What can be needed of them: each rule by itself. */
export const partsOf = (all: readonly Difference[]): ReadonlyMap<Difference | Rule, string> =>
  new Map(
    all.flatMap(difference =>
      (difference.rules ?? [difference]).map((part): [Difference | Rule, string] => [part, difference.why]),
    ),
  );

export const differences: readonly Difference[] = [
  {
    why: 'the network configuration service has tests of its own',
    leftOut: ({ destination }) => destination === '~.netcfg',
  },
  {
    why: 'no network configuration service is attached to the log service here',
    traces: /^admin-/,
    rules: [[/('num_attached'(?:: |\] -> OK \[))6/, '$15']],
  },
  {
    why: 'an object is there as soon as its service can be called',
    rules: [
      [
        /^(~\/(?:configuration|sessions) DBus\.Properties\.GetAll .* -> )ERROR .*UnknownMethod .*$/,
        "$1OK [{'version': 'v27'}]",
      ],
    ],
  },
  {
    why: 'nobody has a configuration of a user who does not exist, where the deployed service ends',
    rules: [[/^(.*\.SearchByOwner \['nosuchuser'\] -> )ERROR .*NoReply .*$/, '$1OK [[]]']],
  },
  {
    why: 'the daemon makes its device itself: no object of the network configuration service stands for it',
    rules: [
      [/('device_path': )'~\/netcfg\/N'/, "$1'/'"],
      [/^.*\.Log \[7, 2, 'Virtual interface created at .*$/],
      [/^.*\.Log \[7, 7, 'Failed changing DNS Scope: .*$/],
    ],
  },
  {
    why: 'an openvpn daemon does not count the packets of its transport',
    rules: [[/, 'PACKETS_IN': N, 'PACKETS_OUT': N/, '']],
  },
  {
    why: 'without persist-tun a daemon has no device while it is paused',
    traces: /^cli-session-manage-(?:resume|disconnect)$/,
    rules: [[/('device_name': )'tunN'/, "$1''"]],
  },
  {
    why: 'without persist-tun a daemon has no device while it is paused',
    traces: /^cli-log-waiting$/,
    when: [4000, 4100],
    rules: [[/('device_name': )'tunN'/, "$1''"]],
  },
  {
    why: 'the deployed client does not get its device back when it resumes, and ends',
    traces: /^python-module$/,
    when: [3100, Number.POSITIVE_INFINITY],
    leftOut: () => true,
  },
  {
    why: 'when it was used before is not in the recording',
    traces: /^cli-session-start-timeout$/,
    rules: [[/('last_used_timestamp': )N/, '$10']],
  },
  {
    why: 'the daemon does not resolve a server that the profile names by its address',
    rules: [[/^.*\.Log \[7, 2, 'Resolving'\]$/]],
  },
  {
    why: 'whether the server sends its options before it is asked for them is chance',
    unsteady: /\.Log \[7, 2, 'Retrieving configuration from server'\]$/,
  },
  {
    why: 'how much of the connecting it still sees, who has asked for the log while it connects, is chance',
    traces: /^cli-log-waiting$/,
    forgets: ({ kind, member }) => kind === 'call' && member === '~.sessions.Pause',
  },
  {
    why: 'the deployed front end connects again and again while the deployed server thinks about the code',
    traces: /^cli-session-start-crtext$/,
    when: [2000, 3000],
    leftOut: ({ kind }) => kind === 'call',
  },
];
