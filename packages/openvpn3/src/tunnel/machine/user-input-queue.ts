import { Secret } from '@ovpnkit/management';
import type { AttentionGroup, AttentionType } from '../../contract/attention.ts';
import { byteLength } from '../profile/byte-length.ts';
import type { Refusal } from './refusal.ts';

/** One thing that a front end is asked for. */
export type UserInput = {
  readonly type: AttentionType;
  readonly group: AttentionGroup;
  /** Counts from 0 within its type and group. */
  readonly id: number;
  readonly name: string;
  readonly description: string;
  /** Whether what the user types is not to be shown. */
  readonly hidden: boolean;
  /** The answer; `undefined` as long as there is none. */
  readonly value: Secret | undefined;
};

/** In the order in which the entries were asked. */
export type UserInputQueue = readonly UserInput[];

/** An entry before it has its number. */
export type Question = Omit<UserInput, 'id' | 'value'>;

/** Asks anew: entries of the same groups, answered or not, give way to these. */
export function ask(queue: UserInputQueue, questions: readonly Question[]): UserInputQueue {
  const asked = new Set(questions.map(({ group }) => group));
  const next = new Map<AttentionGroup, number>();
  const added = questions.map(question => {
    const id = next.get(question.group) ?? 0;
    next.set(question.group, id + 1);
    return { ...question, id, value: undefined };
  });
  return [...queue.filter(({ group }) => !asked.has(group)), ...added];
}

export const forget = (queue: UserInputQueue, group: AttentionGroup): UserInputQueue =>
  queue.filter(entry => entry.group !== group);

export const isComplete = (queue: UserInputQueue): boolean => queue.every(({ value }) => value !== undefined);

/** Whether this group was asked and every entry of it is answered. */
export function isAnswered(queue: UserInputQueue, group: AttentionGroup): boolean {
  const entries = queue.filter(entry => entry.group === group);
  return entries.length > 0 && isComplete(entries);
}

/** The answer to the entry of this name. */
export const answerTo = (queue: UserInputQueue, name: string): Secret | undefined =>
  queue.find(entry => entry.name === name)?.value;

/** The types and groups with something unanswered, each once, in the order asked. */
export function openGroups(queue: UserInputQueue): [AttentionType, AttentionGroup][] {
  const open = new Map<string, [AttentionType, AttentionGroup]>();
  for (const { type, group, value } of queue) {
    if (value === undefined) open.set(`${type} ${group}`, [type, group]);
  }
  return [...open.values()];
}

/** A parameter on the management interface. */
const MAX_ANSWER_BYTES = 255;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Stores an answer. Front ends look at the texts of the refusals. */
export function provide(
  queue: UserInputQueue,
  { type, group, id }: Pick<UserInput, 'type' | 'group' | 'id'>,
  value: string,
): UserInputQueue | Refusal {
  const refuse = (text: string): Refusal => ({ domain: 'request', text });
  // What the management interface cannot carry, and no keyboard types.
  const text = value.replace(/[\x00-\x1f\x7f]/g, '');
  if (text === '') {
    return refuse(`net.openvpn.v3.error.invalid-input: No value provided for RequiresSlot ID ${id}`);
  }
  // A signature goes another way, in as many lines as it needs. One that is none would end the connection.
  if (group === 'PKCS11_SIGN' && !BASE64.test(text)) {
    return refuse(`net.openvpn.v3.error.invalid-input: The value for RequiresSlot ID ${id} is not base64`);
  }
  if (group !== 'PKCS11_SIGN' && byteLength(text) > MAX_ANSWER_BYTES) {
    return refuse(
      `net.openvpn.v3.error.invalid-input: The value for RequiresSlot ID ${id} is longer than ${MAX_ANSWER_BYTES} bytes`,
    );
  }
  const entries = queue.filter(entry => entry.type === type && entry.group === group);
  if (isComplete(entries)) return refuse('User input not required');
  const asked = entries.find(entry => entry.id === id);
  if (!asked) return refuse('net.openvpn.v3.invalid-input: No matching entry found in the request queue');
  if (asked.value !== undefined) {
    return refuse(`net.openvpn.v3.error.input-already-provided: Request ID ${id} has already been provided`);
  }
  return queue.map(entry => (entry === asked ? { ...entry, value: new Secret(text) } : entry));
}
