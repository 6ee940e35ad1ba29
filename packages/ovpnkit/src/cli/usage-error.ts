/** The command line asks for something that does not make sense. The message is one sentence that says what does. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
