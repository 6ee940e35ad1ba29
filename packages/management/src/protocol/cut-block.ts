/** Why a block has less than the daemon has to tell. */
export const lostRest =
  'the daemon lost the rest of it, as it does behind a row of 512 bytes or more, which a long user name makes';
export const noLine =
  'the daemon answered without a line, as it does when it cannot ask the kernel for the counters';

/**
 * What a hub writes between the rows that it has and their END when there is no more to be had. It is known by the
 * whole line and by its place: rows of a block have commas, tabs or colons where this has none.
 */
export const cutLines = {
  lost: 'ERROR: the daemon lost the rest of its answer',
  /** In place of a block of which nothing came. */
  none: 'ERROR: the daemon answered without a line',
  late: 'ERROR: the daemon did not answer in time',
  gone: 'ERROR: daemon not connected',
} as const;

/** The line of a hub, and what it says. */
export const relayedCuts: ReadonlyMap<string, string> = new Map([
  [cutLines.lost, lostRest],
  [cutLines.late, 'the daemon did not answer the hub in time'],
  [cutLines.gone, 'the daemon went away from the hub in the middle of it'],
]);
