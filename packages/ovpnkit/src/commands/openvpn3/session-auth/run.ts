import { DBusError } from '@ovpnkit/dbus';
import { formatJson } from '@ovpnkit/management';
import { parseStatus, type Session, type Status } from '@ovpnkit/openvpn3';
import type { Context } from '../../../cli/context.ts';
import type { Outcome } from '../../../cli/outcome.ts';
import { createPrompter } from '../../../openvpn3/ask.ts';
import { CommandFailure } from '../../../openvpn3/command-failure.ts';
import { fromUnixTime } from '../../../openvpn3/configuration-summary.ts';
import { connectSession } from '../../../openvpn3/connect-session.ts';
import { type FrontEnd, runFrontEnd } from '../../../openvpn3/front-end.ts';
import { createProgress } from '../../../openvpn3/progress.ts';
import { tellConnected } from '../../../openvpn3/tell-connected.ts';
import { printable } from '../../../output/printable.ts';
import { formatTime } from '../../../output/quantity.ts';

type AuthOptions = { readonly authReq: number | undefined; readonly json: boolean };

/** A session that waits for its user. */
type AuthRequest = {
  readonly session: Session;
  readonly id: number;
  readonly created: Date;
  readonly configuration: string;
  readonly status: Status;
};

const RULE = '-'.repeat(77);

/** `ovpnkit session-auth`. */
export function runSessionAuth(context: Context, { authReq, json }: AuthOptions): Promise<Outcome> {
  return runFrontEnd(context, 'session-auth', async frontEnd => {
    const requests = await findRequests(frontEnd);
    if (authReq !== undefined) return goOn(frontEnd, requests, authReq, json);
    if (json) frontEnd.print(formatJson(requests.map(toMembers), 2));
    else if (requests.length === 0) frontEnd.print('No sessions require authentication');
    else frontEnd.print([RULE, ...requests.flatMap(each => [...formatRequest(each), RULE])].join('\n'));
    return 'ok';
  });
}

async function findRequests({ sessions }: FrontEnd): Promise<AuthRequest[]> {
  const requests: AuthRequest[] = [];
  for (const session of await sessions.list()) {
    const known = await session.properties().catch((error: unknown) => {
      if (error instanceof DBusError) return undefined; // it ended meanwhile
      throw error;
    });
    const status = known?.status && parseStatus(known.status);
    if (status?.minor !== 'CFG_REQUIRE_USER' && status?.minor !== 'SESS_AUTH_URL') continue;
    const { backend_pid = 0, session_created = 0n, config_name = '' } = known ?? {};
    requests.push({
      session,
      id: backend_pid,
      created: fromUnixTime(session_created),
      configuration: config_name,
      status,
    });
  }
  return requests;
}

async function goOn(
  { print, signal }: FrontEnd,
  requests: readonly AuthRequest[],
  id: number,
  json: boolean,
): Promise<Outcome> {
  const request = requests.find(each => each.id === id);
  if (request === undefined) throw new CommandFailure(`There is no authentication request ${id}`);
  const { session, status } = request;
  if (status.minor === 'SESS_AUTH_URL') {
    const web = { type: 'web', url: status.message } as const;
    if (json) print(formatJson({ path: session.path, ...web }));
    else await tellConnected(web, print);
    return 'ok';
  }
  const prompter = createPrompter(json ? process.stderr : process.stdout, signal);
  const progress = createProgress(process.stderr);
  const options = { prompter, progress, signal, background: false, timeoutSeconds: undefined };
  try {
    const connected = await connectSession(session, session.connect, options);
    if (json) print(formatJson({ path: session.path, ...connected }));
    else await tellConnected(connected, print);
  } finally {
    prompter.close();
  }
  return 'ok';
}

function formatRequest({ session, id, created, configuration, status }: AuthRequest): string[] {
  const row = (label: string, value: string) => `${label.padStart(12)}: ${value}`;
  const web = status.minor === 'SESS_AUTH_URL';
  return [
    row('Path', session.path),
    row('Auth Request', String(id)),
    row('Created', formatTime(created)),
    row('Config name', printable(configuration)),
    row('Auth status', web ? 'On-going web authentication' : printable(status.message)),
    ...(web ? [row('Auth URL', printable(status.message))] : []),
  ];
}

const toMembers = ({ session, id, created, configuration, status }: AuthRequest) => ({
  path: session.path,
  auth_request: id,
  created,
  config_name: configuration,
  status,
});
