/** Something was refused before a byte was sent. `parameter` names what the caller must change. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError';
  readonly parameter: string;

  constructor(parameter: string, problem: string) {
    super(`${parameter} ${problem}`);
    this.parameter = parameter;
  }
}
