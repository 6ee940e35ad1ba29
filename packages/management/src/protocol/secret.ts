const hidden = '[secret]';

/**
 * A string that does not print by accident: `String()`, JSON, template literals and `util.inspect` all show
 * `[secret]`. Only {@link Secret.reveal} gives the text.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. The one call to look for when reviewing where secrets go. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return hidden;
  }
}
