/** The exit codes. Each means one thing; 3, 7 and 8 are those of the deployed front end of OpenVPN 3. */
export const exitCodes = {
  0: 'done, or nobody reads the output any more (such as `| head`)',
  1: 'it failed: the daemon refused, gave no answer or went away, or what stderr says',
  2: 'the command line is wrong; nothing was done',
  3: 'OpenVPN 3: a name does not fit: it means several, or a user whose access was not changed',
  4: 'no connection: nobody listens there, no permission, a wrong password, or the daemon is busy',
  5: 'the daemon lost a part of its answer, or the file is cut: what came is printed',
  7: 'OpenVPN 3: a service is not there, or gave no answer',
  8: 'OpenVPN 3: the command could not be carried out',
  12: 'OpenVPN 3: the service that was to run here (`service NAME`) could not',
  129: 'ended by SIGHUP: the terminal was closed',
  130: 'ended by SIGINT (Ctrl-C)',
  143: 'ended by SIGTERM',
} as const;

export type ExitCode = keyof typeof exitCodes;

/** How a run of the program can end, and its exit code. What `service NAME` runs gives its code itself. */
export const outcomes = {
  ok: 0,
  'output-closed': 0,
  failed: 1,
  usage: 2,
  misnamed: 3,
  unreachable: 4,
  incomplete: 5,
  'service-failed': 7,
  refused: 8,
  'hung-up': 129,
  interrupted: 130,
  terminated: 143,
} as const satisfies Record<string, ExitCode>;

export type Outcome = keyof typeof outcomes;
