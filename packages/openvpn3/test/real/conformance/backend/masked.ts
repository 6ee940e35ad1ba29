import { LogCategory, LogGroup, StatusMajor, StatusMinor } from '@ovpnkit/openvpn3';
import type { Literal } from './python-literal.ts';
import type { Outcome, Step } from './recording.ts';

/** What is another one in every run. */
const masks: readonly (readonly [RegExp, string])[] = [
  [/\/net\/openvpn\/v3\/(configuration|sessions|netcfg)\/\w+/g, '/net/openvpn/v3/$1/N'],
  [/(net\.openvpn\.v3\.backends\.be)\d+/g, '$1N'],
  [/:1\.\d+/g, ':1.N'],
  [/\b\d+\.\d+\.\d+\.\d+(?::\d+)?/g, 'ADDRESS'],
  // The servers of the recordings gave no IPv6 addresses.
  [/(ADDRESS\/)[\da-f]*:[\da-f:]+/g, '$1'],
  [/\btun\d+/g, 'tunN'],
  [/(for token )[\w-]+/g, '$1TOKEN'],
  // The rest of the bus's own refusal names processes; the recorder cut it off somewhere.
  [
    /(Rejected send message, 1 matched rules; type="method_call", ).*?(interface="\S+" member="\w+").*$/s,
    '$1… $2 …',
  ],
];

export const maskText = (text: string): string =>
  masks.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);

const nameOf = (names: Readonly<Record<string, number>>, code: Literal | undefined): string =>
  Object.keys(names).find(name => names[name] === code) ?? JSON.stringify(code);

const json = (value: unknown): string => maskText(JSON.stringify(value));

/** Counters of traffic, which are other ones in every run. */
const traffic = /^(?:BYTES|PACKETS)_(?:IN|OUT)$/;
/** Whether anything goes through the device, and what the kernel says of an address that nobody has. */
const chance = /^(?:TUN_|NETWORK_RECV_ERROR$)/;

function maskStatistics(value: Literal | undefined): unknown {
  const counters = Object.entries(value ?? {}).filter(([name]) => !chance.test(name));
  return Object.fromEntries(counters.map(([name, count]) => [name, traffic.test(name) ? 'N' : count]).sort());
}

/** The value of one property. What was logged last is a DEBUG line most of the time: only its form is kept. */
function maskProperty(property: string, value: Literal | undefined): unknown {
  if (property === 'statistics') return maskStatistics(value);
  if (property === 'last_log_line') return Object.keys(value ?? {}).sort();
  if (property === 'connection' && Array.isArray(value)) return [...value.slice(0, 3), value[3] ? 'PORT' : 0];
  return value;
}

function maskOutcome(outcome: Outcome | undefined, ok: (values: readonly Literal[]) => unknown[]): string {
  if (outcome === undefined) return '?';
  if ('error' in outcome) return `${outcome.error} | ${maskText(outcome.message)}`;
  return ['OK', ...ok(outcome.ok).map(json)].join(' ');
}

const maskAll = (values: Literal | undefined): unknown =>
  Object.fromEntries(
    Object.entries(values ?? {})
      .map(([name, value]) => [name, maskProperty(name, value)])
      .sort(),
  );

function signalLine(member: string, args: readonly Literal[]): string | undefined {
  const [first, second, ...rest] = args;
  const text = rest.at(-1);
  if (member === 'Log') {
    const from = `${nameOf(LogGroup, first)} ${nameOf(LogCategory, second)}`;
    return second === LogCategory.DEBUG ? undefined : `Log ${from} ${json(text)}`;
  }
  if (member === 'StatusChange') {
    return `StatusChange ${nameOf(StatusMajor, first)} ${nameOf(StatusMinor, second)} ${json(text)}`;
  }
  // The token, which only this run has, and the process id.
  if (member === 'RegistrationRequest')
    return `RegistrationRequest ${json([first, typeof second, typeof text])}`;
  return `${member} ${json(args)}`;
}

/**
 * One step as one line of text that is the same whenever it is the same; `undefined` for what is not compared: DEBUG
 * lines of the log, and deeds without an outcome.
 */
export function maskedLine(step: Step): string | undefined {
  switch (step.kind) {
    case 'signal':
      return signalLine(step.member, step.args);
    case 'name':
      return `name ${step.change}`;
    case 'call':
      return `${step.member}(${json(step.args).slice(1, -1)}) -> ${maskOutcome(step.outcome, values => [...values])}`;
    case 'get':
      return `Get ${step.property} -> ${maskOutcome(step.outcome, ([value]) => [maskProperty(step.property, value)])}`;
    case 'getAll':
      return `GetAll -> ${maskOutcome(step.outcome, ([values]) => [maskAll(values)])}`;
    case 'set':
      return `Set ${step.property} ${json(step.value)} -> ${maskOutcome(step.outcome, () => [])}`;
    case 'access':
      return `${step.user}: ${step.what} -> ${maskOutcome(step.outcome, values => [...values])}`;
    case 'alive':
      return 'alive';
    case 'exit':
      return 'exit';
    case 'start':
    case 'kill':
    case 'release':
    case 'acquire':
    case 'halt':
    case 'admit':
      return undefined;
  }
}
