import {
  type AttentionGroup,
  type AttentionType,
  attentionGroup,
  ClientAttentionType,
} from '../../contract/attention.ts';
import type { Dialect } from '../../contract/dialect.ts';
import { glibError } from '../../contract/errors.ts';
import { openGroups, type UserInput, type UserInputQueue } from '../../tunnel/machine/user-input-queue.ts';

/** The user-input queue with the numbers of a dialect. */
export type NumberedQueue = {
  typeGroups(): [number, number][];
  /** The unanswered. */
  check(type: number, group: number): number[];
  fetch(type: number, group: number, id: number): [number, number, number, string, string, boolean];
  /** Which entry an answer is for. One that does not exist has a group that has no entries. */
  find(type: number, group: number, id: number): { type: AttentionType; group: AttentionGroup; id: number };
};

export function numberQueue(queue: UserInputQueue, dialect: Dialect): NumberedQueue {
  const isOf = (type: number, group: number) => (entry: UserInput) =>
    ClientAttentionType[entry.type] === type && attentionGroup(entry.group, dialect) === group;
  return {
    typeGroups: () =>
      openGroups(queue).map(([type, group]) => [ClientAttentionType[type], attentionGroup(group, dialect)]),
    check: (type, group) =>
      queue.filter(isOf(type, group)).flatMap(({ id, value }) => (value === undefined ? [id] : [])),
    fetch(type, group, id) {
      const entry = queue.filter(isOf(type, group)).find(each => each.id === id);
      if (!entry)
        throw glibError('request', 'net.openvpn.v3.element-not-found: No requires queue element found');
      if (entry.value !== undefined)
        throw glibError('request', 'net.openvpn.v3.already-provided: User input already provided');
      return [type, group, id, entry.name, entry.description.toWellFormed(), entry.hidden];
    },
    find(type, group, id) {
      const entries = queue.filter(isOf(type, group));
      const entry = entries.find(each => each.id === id) ?? entries[0];
      return entry ? { type: entry.type, group: entry.group, id } : { type: 'UNSET', group: 'UNSET', id };
    },
  };
}
