/** How a run of the program can end. */
export type Outcome =
  | 'ok'
  | 'failed'
  | 'usage'
  | 'unreachable'
  | 'incomplete'
  | 'partly'
  | 'service-failed'
  | 'refused'
  | 'hung-up'
  | 'interrupted'
  | 'terminated'
  | 'output-closed';

/** The exit code of each outcome and what the help says of it. */
export const outcomes: Readonly<Record<Outcome, { readonly code: number; readonly meaning: string }>> = {
  ok: { code: 0, meaning: 'done' },
  'output-closed': { code: 0, meaning: 'nobody reads the output any more (such as `| head`)' },
  failed: { code: 1, meaning: 'the daemon refused, gave no answer or went away; or something else failed' },
  usage: { code: 2, meaning: 'the command line is wrong; nothing was done' },
  unreachable: {
    code: 3,
    meaning: 'no connection: nobody listens there, no permission, a wrong password, or the daemon is busy',
  },
  partly: { code: 3, meaning: 'some of the changes to an access list failed, or a name means more than one' },
  incomplete: {
    code: 4,
    meaning: 'the daemon lost a part of its answer, or the file is cut: what came is printed',
  },
  'service-failed': { code: 7, meaning: 'a service of OpenVPN 3 is not there, or gave no answer' },
  refused: { code: 8, meaning: 'an OpenVPN 3 command could not be carried out' },
  'hung-up': { code: 129, meaning: 'ended by SIGHUP: the terminal was closed' },
  interrupted: { code: 130, meaning: 'ended by SIGINT (Ctrl-C)' },
  terminated: { code: 143, meaning: 'ended by SIGTERM' },
};
