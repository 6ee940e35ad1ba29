import { type Outcome, outcomes } from './outcome.ts';

/** Why a command has to end before its work is done. The reason of the signal that commands get. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(`the program was ended: ${outcome}`);
    this.outcome = outcome;
  }
}

const signals = { SIGINT: 'interrupted', SIGTERM: 'terminated', SIGHUP: 'hung-up' } as const;

/**
 * A signal that aborts when the user, the system or the reader of the output wants an end. A second Ctrl-C ends the
 * process at once, whatever it waits for.
 */
export function watchInterruptions(): AbortSignal {
  const controller = new AbortController();
  for (const [name, outcome] of Object.entries(signals)) {
    // Not `once`: a library that restores the cursor ends the process when it finds itself the only listener.
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(outcomes[outcome]);
      controller.abort(new Interruption(outcome));
    });
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // EPIPE: the reader has left. EIO: the terminal is gone. Neither is worth a word, and nobody would read it.
    const quiet = error.code === 'EPIPE' || error.code === 'EIO';
    if (!quiet) process.stderr.write(`ovpnkit: the output cannot be written: ${error.message}\n`);
    controller.abort(new Interruption(quiet ? 'output-closed' : 'failed'));
  });
  process.stderr.on('error', () => {});
  return controller.signal;
}
