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

export const noSettingsOfNetcfg: Difference = {
  why: 'the network configuration service keeps no settings, so there is no file of them',
  rules: [[/('config_file'(?:: |\] -> OK \[))'[^']*\/netcfg\.json'/, "$1''"]],
};

export const differences: readonly Difference[] = [
  noSettingsOfNetcfg,
  {
    why: 'what the network configuration service logs goes to the log service alone, which was not known by its name',
    traces: /^cli-session-start-timeout$/,
    leftOut: ({ member }) => member === '~.netcfg.Log',
  },
  {
    why: 'a device has a DNS scope whether there is a resolver or not',
    rules: [
      [
        /^(~\/netcfg\/N DBus\.Properties\.PropertiesChanged \['net\.openvpn\.v3\.netcfg', )\{'layer': 3\}, \[\]\]$/,
        "$1{'dns_scope': 'global'}, []]",
        '$&',
      ],
      [/^.*\.Log \[7, 7, 'Failed changing DNS Scope: .*$/],
    ],
  },
  {
    why: 'the daemon makes its device itself: the network configuration service is told of it beside the connection',
    unsteady: /\.Log \[7, 2, 'Virtual interface created at .*$/,
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
    why: 'an openvpn daemon does not count the packets of its transport',
    rules: [[/, 'PACKETS_IN': N, 'PACKETS_OUT': N/, '']],
  },
  {
    why: 'without persist-tun a daemon has no device while it is paused',
    traces: /^cli-session-manage-(?:resume|disconnect)$/,
    rules: [
      [/('device_name': )'tunN'/, "$1''"],
      [/('device_path': )'~\/netcfg\/N'/, "$1'/'"],
    ],
  },
  {
    why: 'without persist-tun a daemon has no device while it is paused',
    traces: /^cli-log-waiting$/,
    when: [4000, 4100],
    rules: [
      [/('device_name': )'tunN'/, "$1''"],
      [/('device_path': )'~\/netcfg\/N'/, "$1'/'"],
    ],
  },
  {
    why: 'the deployed client does not get its device back when it resumes, and ends',
    traces: /^python-module$/,
    when: [3250, Number.POSITIVE_INFINITY],
    rules: [
      [
        /^(\S+ ~\.backends\.)StatusChange \[2, 10, ''\]$/,
        "$1Log [7, 4, 'Connected: alice@ADDRESS (ADDRESS) via /UDP on tun/ADDRESS/ gw=[ADDRESS/] mtu=1500']",
        "$1StatusChange [2, 7, '']",
      ],
      [/^.*\.Log \[7, 7, 'Failed configuring TUN device .*$/],
      [/^.*\.Log \[7, 4, 'Stopping VPN client'\]$/],
      [/^.*\.StatusChange \[2, 16, ''\]$/],
      [/^(.*\.(?:FetchAvailableSessions|LookupConfigName) .* -> OK )\[\[\]\]$/, "$1[['~/sessions/s4']]"],
      [/^(.*\.(?:LogForward|Disconnect) .* -> )ERROR .*UnknownMethod .*$/, '$1OK []'],
    ],
  },
  {
    why: 'with persist-tun a device stays as it is',
    traces: /^python-module$/,
    when: [3200, Number.POSITIVE_INFINITY],
    leftOut: ({ destination }) => destination === '~.netcfg',
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
