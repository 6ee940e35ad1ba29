import type { Outcome } from '../cli/outcome.ts';

/** An OpenVPN 3 command that cannot do what it was asked. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly outcome: Outcome;

  constructor(message: string, outcome: Outcome = 'refused', options?: ErrorOptions) {
    super(message, options);
    this.outcome = outcome;
  }
}

/** One that the deployed front end has as well: it is told in its words and its form, which scripts look for. */
export class DeployedFailure extends CommandFailure {}
