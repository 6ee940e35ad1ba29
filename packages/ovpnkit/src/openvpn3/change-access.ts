import { DBusError } from '@ovpnkit/dbus';
import type { Outcome } from '../cli/outcome.ts';
import { printable } from '../output/printable.ts';
import type { FrontEnd } from './front-end.ts';
import { findUid, userName } from './user-names.ts';

export type AccessChanges = {
  readonly grant: readonly string[] | undefined;
  readonly revoke: readonly string[] | undefined;
};

/** What has an access list. */
type Guarded = { grant(uid: number): Promise<void>; revoke(uid: number): Promise<void> };

/** Grants and revokes, everything in turn; the outcome is `misnamed` when one of them failed. */
export async function changeAccess(
  print: FrontEnd['print'],
  guarded: Guarded,
  { grant = [], revoke = [] }: AccessChanges,
): Promise<Outcome> {
  let outcome: Outcome = 'ok';
  const change = async (user: string, option: 'grant' | 'revoke') => {
    const uid = await findUid(user);
    if (uid === undefined) {
      print(`** ERROR ** --${option} ${printable(user)} does not map to a valid user account`);
      outcome = 'misnamed';
      return;
    }
    const who = `${printable(await userName(uid))} (uid ${uid})`;
    const [did, doing] =
      option === 'grant'
        ? ['Granted access to', 'granting access to']
        : ['Revoked access from', 'revoking access from'];
    try {
      await guarded[option](uid);
      print(`${did} ${who}`);
    } catch (error) {
      if (!(error instanceof DBusError)) throw error;
      print(`Failed ${doing} ${who}`);
      outcome = 'misnamed';
    }
  };
  for (const user of grant) await change(user, 'grant');
  for (const user of revoke) await change(user, 'revoke');
  return outcome;
}

/** `(5)  games`. */
export const formatUser = async (uid: number): Promise<string> =>
  `(${uid})  ${printable(await userName(uid))}`;

/** The rows that say who is on an access list, behind a label of this width. */
export async function formatGranted(acl: readonly number[], width: number): Promise<string[]> {
  const users = await Promise.all(acl.map(formatUser));
  return [
    `${'Users granted access'.padStart(width)}: ${acl.length} ${acl.length === 1 ? 'user' : 'users'}`,
    ...users.map(user => `${' '.repeat(width + 2)}- ${user}`),
  ];
}
