import { deepEqual, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Variant } from '@ovpnkit/dbus';
import { eventually } from '@ovpnkit/lab/testing';
import { type Answer, unwrap } from '../answer.ts';
import { skip } from '../test-bed.ts';
import { masked, type RecordedCall, readCalls, readCommand, written } from './sessions-recording.ts';
import { openStage, type Person, type Stage, uids } from './sessions-stage.ts';

/** Where ours is meant to be another one than the deployed program; one that nothing needs is an error. */
type Allowance = { readonly call: RegExp; readonly ours: RegExp; readonly why: string };

const probeAllowances: readonly Allowance[] = [
  {
    call: /NewTunnel\(.*\/nosuch\)$/,
    ours: /There is no configuration profile/,
    why: 'a client that is started for no configuration would wait for ever',
  },
  {
    call: /\[root\] TransferOwnership/,
    ours: /There is no session \/net\/openvpn\/v3\/sessions\/x$/,
    why: 'the policy allows it to root, but there it is missing',
  },
  {
    call: /no access to: \[news\] NewTunnel/,
    ours: /Access to the configuration profile is denied\.$/,
    why: 'a private profile is not for everybody',
  },
  {
    call: /no access to: \[news\] FetchAvailableSessions/,
    ours: /^OK \[\]$/,
    why: 'so there is no session of it either',
  },
  {
    call: /connect: \[games\] GetAll/,
    ours: /'device_path': '\/', .*'statistics': \{(?:'(?:TUN_)?(?:BYTES|PACKETS)_(?:IN|OUT)': N(?:, )?)*\}, 'status': \[2, 7, ''\]\}$/,
    why: 'the daemon makes its device itself, and does not count the packets of its transport',
  },
  {
    call: /kill.*: \[games\] (FetchAvailableSessions|Get\(status|Ready)/,
    ours: /^OK \[\]$|Object does not exist at path/,
    why: 'that a backend has vanished is noticed at once, and not by the first who touches its session',
  },
  {
    call: /kill.*: \[games\] Get\(status/,
    ours: /^OK \[2, 4, /,
    why: 'what the session manager knows itself it tells while a backend is silent',
  },
  {
    call: /(kill|bad profile).*: \[games\] FetchAvailableSessions/,
    ours: /^OK \['\/net\/openvpn\/v3\/sessions\/ID'\]$/,
    why: 'so the session of the silent backend is still there',
  },
];

/** Of the methods that take something. */
const signatures: Readonly<Record<string, string>> = {
  NewTunnel: 'o',
  LookupConfigName: 's',
  LookupInterface: 's',
  TransferOwnership: 'ou',
  Pause: 's',
  AccessGrant: 'u',
  AccessRevoke: 'u',
  LogForward: 'b',
  UserInputQueueCheck: 'uu',
  UserInputQueueFetch: 'uuu',
  UserInputProvide: 'uuus',
};

const users: Readonly<Record<string, Person>> = {
  games: 'owner',
  news: 'granted',
  root: 'root',
  openvpn: 'openvpn',
};

/** The life of one session, command by command; `grant` and `revoke` are of access for the user news. */
const commands = [
  ...['cli-session-start', 'cli-session-start-again', 'cli-sessions-list', 'cli-session-stats'],
  ...['cli-session-stats-iface', 'cli-session-acl-show', 'grant', 'cli-sessions-list-granted'],
  ...['cli-session-manage-granted-pause', 'cli-session-manage-resume', 'cli-session-manage-restart'],
  ...['revoke', 'cli-session-manage-disconnect'],
];
const commandAllowances: readonly Allowance[] = [
  {
    call: /Get\(statistics\)$/,
    ours: /^OK \{('[A-Z_]+': (N|\d+)(, )?)*\}$/,
    why: 'the daemon does not count the packets of its transport, and another session has other traffic',
  },
];

describe('as recorded from the deployed session manager', { skip }, () => {
  it('every call has the same answer or refusal, where there is no reason for another', async t => {
    const stage = await openStage(t);
    const compare = comparison(stage, await stageConfigurations(stage), probeAllowances);
    for (const call of readCalls('probe-session-methods')) await compare(call);
    const { different, unused, compared } = compare.result();
    deepEqual(different, []);
    deepEqual(unused, []);
    ok(compared > 120, `only ${compared} calls were compared`);
  });

  it('the front end that was recorded gets the same answers, command by command', async t => {
    const stage = await openStage(t);
    const profile = await stage.server.profile('cert', { lines: ['verb 6'] });
    const configuration = stage.configure(profile, { name: 'g1' });
    const configurations = new Map([
      ['/net/openvpn/v3/configuration/cb03397cx1e4dx42d3xb127xca8845cd6bac', configuration],
    ]);
    const compare = comparison(stage, configurations, commandAllowances);
    for (const command of commands) {
      if (command === 'grant' || command === 'revoke') {
        const [path = ''] = compare.sessions();
        const member = command === 'grant' ? 'AccessGrant' : 'AccessRevoke';
        unwrap(await stage.call('owner', path, member, 'u', uids.granted));
      } else for (const call of readCommand(command)) await compare(call);
    }
    const { different, unused, compared } = compare.result();
    deepEqual(different, []);
    deepEqual(unused, []);
    ok(compared > 40, `only ${compared} calls were compared`);
  });
});

/** Makes calls one by one, and keeps what is answered otherwise. */
function comparison(
  stage: Stage,
  configurations: ReadonlyMap<string, string>,
  allowances: readonly Allowance[],
) {
  const sessions = new Map<string, string>();
  const different: string[] = [];
  const unused = new Set(allowances);
  let compared = 0;

  async function compare(call: RecordedCall): Promise<void> {
    const path = sessions.get(call.path) ?? call.path;
    // One that was started there, and is refused here.
    if (/\/sessions\/.*s[0-9a-f]{12}$/.test(call.path) && !sessions.has(call.path)) return;
    const answer = await perform(stage, call, path, configurations);
    const outcome = 'ok' in answer ? written(answer.ok) : `ERROR ${answer.error} | ${answer.message}`;
    await settle(stage, call, path, answer, sessions);
    const [recorded, ours] = [masked(call.outcome), masked(outcome)];
    compared++;
    if (recorded === ours) return;
    const line = `${call.section}: [${call.who}] ${call.member}(${call.args.join(', ')})`;
    const allowance = allowances.find(each => each.call.test(line) && each.ours.test(ours));
    if (allowance) unused.delete(allowance);
    else different.push(line, `  recorded: ${recorded}`, `  ours:     ${ours}`);
  }

  return Object.assign(compare, {
    sessions: () => [...sessions.values()],
    result: () => ({ different, compared, unused: [...unused].map(({ call }) => call) }),
  });
}

/** Those of the recording, by their paths there. */
async function stageConfigurations(stage: Stage): Promise<ReadonlyMap<string, string>> {
  const profile = await stage.server.profile('cert', { lines: ['verb 6'] });
  const userpass = await stage.server.profile('userpass');
  const at = (id: string) => `/net/openvpn/v3/configuration/${id}`;
  return new Map([
    [at('f753e23fx736fx4424x9a13x7b1ac463b1d2'), stage.configure(profile, { name: 's-a' })],
    [at('c881b7bfxe3c8x42cax8f43x02b900b59504'), stage.configure(userpass, { name: 's-b' })],
    [at('754f8f50x59cdx4672xa7ccxf7599b8f992d'), stage.configure('client\ndev tun\n', { name: 'noremote' })],
    [
      at('2a171d21x05e4x4147xadd0x18dcb284d91d'),
      stage.configure(profile, { name: 's-c', acl: [uids.granted], transfersOwnership: true }),
    ],
    [at('f890449ex708dx4549xac93x49a75a3f2267'), stage.configure(profile, { name: 's-d', singleUse: true })],
  ]);
}

function perform(
  stage: Stage,
  { who, member, args, lastType, outcome }: RecordedCall,
  path: string,
  configurations: ReadonlyMap<string, string>,
): Promise<Answer> {
  const person = users[who] ?? 'stranger';
  const [first, second] = args;
  switch (member) {
    case 'Get':
      return stage.get(person, path, String(first));
    case 'GetAll':
      return stage.getAllAnswer(person, path);
    case 'Set': {
      const type = lastType ?? (typeof second === 'boolean' ? 'b' : 's');
      return stage.set(person, path, String(first), new Variant(type, second));
    }
    default: {
      const wrong = /Type of message, “\((\w*)\)”/.exec(outcome)?.[1];
      const signature = wrong ?? signatures[member] ?? '';
      const body = args.map(arg => configurations.get(String(arg)) ?? arg);
      return stage.call(person, path, member, signature, ...body);
    }
  }
}

/** Waits until what a call has set off is over, as the recorder did, and does what was done by hand. */
async function settle(
  stage: Stage,
  call: RecordedCall,
  path: string,
  answer: Answer,
  sessions: Map<string, string>,
): Promise<void> {
  if (!('ok' in answer)) return;
  const [result] = answer.ok;
  switch (call.member) {
    case 'NewTunnel': {
      sessions.set(call.outcome.replace('OK ', ''), String(result));
      await stage.heard.next('SessionManagerEvent', ([of]) => of === result);
      return;
    }
    case 'Connect':
    case 'Resume':
    case 'Restart':
      await eventually('it is connected', async () => {
        const [, minor] = (await stage.value(path, 'status')) as [number, number];
        return minor === 7;
      });
      return;
    case 'Disconnect':
      await stage.heard.next('SessionManagerEvent', ([of, type]) => of === path && type === 2);
      return;
    case 'Get': {
      if (call.args[0] !== 'backend_pid' || !call.section.startsWith('kill')) return;
      const pid = Number((result as Variant).value);
      process.kill(pid, call.byHand === 'SIGSTOP' ? 'SIGSTOP' : 'SIGKILL');
      if (call.byHand === undefined)
        await stage.heard.next('SessionManagerEvent', ([of, type]) => of === path && type === 2);
      return;
    }
  }
}
