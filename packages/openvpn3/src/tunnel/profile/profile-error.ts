/** A profile that cannot be run. The message is one sentence: where, what is wrong, what to do. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
  /** From 1. Undefined when it is about the profile as a whole. */
  readonly line: number | undefined;

  constructor(line: number | undefined, problem: string) {
    super(line ? `line ${line}: ${problem}` : problem);
    this.line = line || undefined;
  }
}
