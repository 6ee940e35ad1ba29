import type { ErrorDomain } from '../../contract/errors.ts';

/** Why a call is not carried out: the domain and the text of its D-Bus error. */
export type Refusal = { readonly domain: ErrorDomain; readonly text: string };

export const isRefusal = (value: object): value is Refusal => 'domain' in value;
