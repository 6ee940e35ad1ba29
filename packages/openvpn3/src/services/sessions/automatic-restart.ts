const FIRST_MS = 3000;
const LONGEST_MS = 768_000;
const TRIES = 10;
/** A backend that was connected for so long has earned as many tries as the first one. */
const STEADY_MS = 90_000;

/** How often a new backend has been tried, now that one has vanished that was connected for so long. */
export const triesAfter = (tries: number, connectedMs: number): number =>
  connectedMs >= STEADY_MS ? 0 : tries;

/** How long to wait before the next try after so many; `undefined` when there is none left. */
export const restartDelay = (tries: number): number | undefined =>
  tries < TRIES ? Math.min(FIRST_MS * 2 ** tries, LONGEST_MS) : undefined;
