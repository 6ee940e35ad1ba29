import type {
  CommandError,
  ConnectionError,
  ConnectionErrorReason,
  EncodeError,
  LookupError,
  ParseError,
  TimeoutError,
} from '@ovpnkit/management';
import type { CommandFailure } from '../openvpn3/command-failure.ts';
import type { Interruption } from './interruption.ts';
import type { Outcome } from './outcome.ts';
import type { UsageError } from './usage-error.ts';

type Known =
  | CommandError
  | ConnectionError
  | EncodeError
  | LookupError
  | ParseError
  | TimeoutError
  | CommandFailure
  | Interruption
  | UsageError;

/**
 * The outcome of a run that threw this. Errors are told apart by their name, so that a command that fails without the
 * library does not load it.
 */
export function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof Error)) return 'failed';
  const known = error as Known;
  switch (known.name) {
    case 'CommandError':
    case 'LookupError':
    case 'ParseError':
    case 'TimeoutError':
      return 'failed';
    case 'EncodeError':
    case 'UsageError':
      return 'usage';
    case 'ConnectionError':
      return connectionOutcomes[known.reason] ?? 'service-failed'; // the bus, which has errors of the same name
    case 'CommandFailure':
    case 'Interruption':
      return known.outcome;
    default:
      known satisfies never;
      return 'failed';
  }
}

const connectionOutcomes: Readonly<Record<ConnectionErrorReason, Outcome>> = {
  refused: 'unreachable',
  'not-found': 'unreachable',
  permission: 'unreachable',
  busy: 'unreachable',
  password: 'unreachable',
  protocol: 'unreachable',
  closed: 'failed',
  overflow: 'failed',
};
