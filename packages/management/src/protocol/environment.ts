import { Secret } from './secret.ts';

/** Variables of an event, in the order sent; of a name that comes twice, the last value. Values may be empty. */
export type Environment = ReadonlyMap<string, string>;

/** Collects one environment block line by line. */
export type EnvironmentBlock = {
  /** Adds the text behind `ENV,`. A variable without `=` has an empty value. */
  add(variable: string): void;
  /** All variables but `password`, which OpenVPN sends in clear and which therefore is a secret of its own. */
  readonly env: Environment;
  readonly password: Secret | undefined;
  /** Characters so far, and one for each variable: a block has a bound. */
  readonly length: number;
};

/** An empty block. */
export function createEnvironmentBlock(): EnvironmentBlock {
  const env = new Map<string, string>();
  const block = {
    env,
    password: undefined as Secret | undefined,
    length: 0,
    add(variable: string): void {
      block.length += variable.length + 1; // empty ones must not come for ever
      const equals = variable.indexOf('=');
      const name = equals === -1 ? variable : variable.slice(0, equals);
      const value = equals === -1 ? '' : variable.slice(equals + 1);
      if (name === 'password') block.password = new Secret(value);
      else env.set(name, value);
    },
  };
  return block;
}
