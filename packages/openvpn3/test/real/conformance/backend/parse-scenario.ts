import { parsePythonList } from './python-literal.ts';
import type { Action, Emission, Step } from './recording.ts';

/**
 * The session manager and the program of a user, seen from the bus: `scenarios/*.status`, with what the person at the
 * keyboard did besides in `*.cli`. Its calls have no outcomes; its Pings, of which there are hundreds, are left out.
 */
export function parseScenario(status: string, cli = ''): Step[] {
  const steps: Step[] = [];
  for (const line of status.split('\n')) {
    const [, time, rest = ''] = /^ *([\d.]+) (.*)$/.exec(line) ?? [];
    const at = Number(time);
    const [, member = '', args = ''] = /^-> CALL (\w+) (\[.*)$/.exec(rest) ?? [];
    const [, change] = /^bus-name net\.openvpn\.v3\.backends\.be\d+ (acquired|lost)$/.exec(rest) ?? [];
    const signal = parseSignal(rest);
    if (member === 'StartClient') steps.push({ kind: 'start', at });
    else if (member !== '' && member !== 'Ping')
      steps.push({ kind: 'call', member, args: parsePythonList(args), at });
    else if (change === 'acquired' || change === 'lost') steps.push({ kind: 'name', change, at });
    else if (signal) steps.push({ at, ...signal });
  }
  return withDeeds(steps, cli);
}

function parseSignal(rest: string): Emission | undefined {
  const [, member, body = ''] = /^backend->sessions (\w+) (.*)$/.exec(rest) ?? [];
  if (member === undefined) return undefined;
  const [, first, second, text = ''] = /^(?:group=)?(\d+)(?::\w+)? (?:cat=)?(\d+):\w+ (.*)$/.exec(body) ?? [];
  const args =
    first === undefined ? parsePythonList(body) : [Number(first), Number(second), ...parsePythonList(text)];
  return { kind: 'signal', member, args };
}

/** What was done by hand, put before what came of it. */
function withDeeds(steps: readonly Step[], cli: string): Step[] {
  const kill: Action = { kind: 'kill', signal: 'SIGTERM' };
  const isLost = (step: Step) => step.kind === 'name' && step.change === 'lost';
  const says = (step: Step, text: string) => step.kind === 'signal' && step.args.includes(text);
  const all = [...steps];
  const insert = (action: Action, before: (step: Step) => boolean) => {
    const index = all.findIndex(before);
    all.splice(index, 0, { ...action, at: all[index]?.at ?? 0 });
  };
  if (/^--- (?:after )?SIGTERM/m.test(cli)) insert(kill, isLost);
  if (/^--- kill -9 sessionmgr$/m.test(cli)) insert({ kind: 'release' }, step => step.kind === 'kill');
  if (/^--- server .* HALT$/m.test(cli)) insert({ kind: 'halt' }, step => says(step, 'Client Halt: '));
  return all;
}
