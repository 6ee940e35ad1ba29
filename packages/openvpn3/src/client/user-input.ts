import type { InterfaceProxy } from '@ovpnkit/dbus';
import { Secret } from '@ovpnkit/management';
import type { Session } from '../contract/sessions.ts';

/** An open question of a session. */
export type UserInputNeed = {
  /** A number of ClientAttentionType. */
  readonly type: number;
  /** A number of ClientAttentionGroup, in the numbering of the session manager. */
  readonly group: number;
  readonly id: number;
  /** What a program knows it by: `username`, `password`, `static_challenge` … */
  readonly name: string;
  /** What a person is asked: `Auth User name`. */
  readonly description: string;
  /** Nobody may see the answer while it is typed. */
  readonly hidden: boolean;
};

/** Answers by the names of the questions. */
export type Answers = Readonly<Record<string, string | Secret>>;

type SessionProxy = InterfaceProxy<typeof Session.definition>;

/** What a session waits for, in the order in which it asks. */
export async function userInputNeeds(session: SessionProxy): Promise<UserInputNeed[]> {
  const needs: UserInputNeed[] = [];
  for (const [type, group] of await session.call('UserInputQueueGetTypeGroup', [])) {
    for (const id of await session.call('UserInputQueueCheck', [type, group])) {
      const [, , , name, description, hidden] = await session.call('UserInputQueueFetch', [type, group, id]);
      needs.push({ type, group, id, name, description, hidden });
    }
  }
  return needs;
}

export async function provideUserInput(
  session: SessionProxy,
  { type, group, id }: UserInputNeed,
  answer: string | Secret,
): Promise<void> {
  const value = answer instanceof Secret ? answer.reveal() : answer;
  await session.call('UserInputProvide', [type, group, id, value]);
}
