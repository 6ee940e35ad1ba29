// The two forms in which the deployed program was recorded, as one list of steps: what was done to it, what it did.
import type { Literal } from './python-literal.ts';

export type Outcome =
  | { readonly ok: readonly Literal[] }
  | { readonly error: string; readonly message: string };

/** Something that the program does by itself. */
export type Emission =
  | { readonly kind: 'signal'; readonly member: string; readonly args: readonly Literal[] }
  | { readonly kind: 'name'; readonly change: 'acquired' | 'lost' };

/** Something that is done to the program. `outcome` is missing where the recording does not have it. */
export type Action =
  | { readonly kind: 'start' }
  | {
      readonly kind: 'call';
      readonly member: string;
      readonly args: readonly Literal[];
      readonly outcome?: Outcome;
    }
  | { readonly kind: 'get'; readonly property: string; readonly outcome: Outcome }
  | { readonly kind: 'getAll'; readonly outcome: Outcome }
  | { readonly kind: 'set'; readonly property: string; readonly value: Literal; readonly outcome: Outcome }
  /** As another user, or as user `openvpn` without owning the session manager's name. */
  | { readonly kind: 'access'; readonly user: string; readonly what: string; readonly outcome: Outcome }
  | { readonly kind: 'kill'; readonly signal: NodeJS.Signals }
  /** The session manager's name has no owner from here on, or one again. */
  | { readonly kind: 'release' }
  | { readonly kind: 'acquire' }
  /** The server tells the client to go. */
  | { readonly kind: 'halt' }
  /** The server lets a user in who has been to its web page. */
  | { readonly kind: 'admit' }
  | { readonly kind: 'alive' }
  | { readonly kind: 'exit' };

/** `at`: ms since the recording began; of an action, when it began. `until`: when the reply came, where that is known. */
export type Step = (Action | Emission) & { readonly at: number; readonly until?: number };

export const isEmission = (step: Step): step is Step & Emission =>
  step.kind === 'signal' || step.kind === 'name';
