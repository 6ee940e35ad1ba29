const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** Bytes for people: `999 B`, `1.5 KiB`, `20.0 GiB`. */
export function formatBytes(bytes: bigint | number): string {
  let [value, unit] = [Number(bytes), 0];
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** Time that has passed, in its two largest units: `42s`, `3m 12s`, `2h 03m`, `5d 04h`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [minutes, hours, days] = [60, 3600, 86_400].map(size => Math.floor(seconds / size)) as [
    number,
    number,
    number,
  ];
  const rest = (value: number): string => String(value).padStart(2, '0');
  if (days > 0) return `${days}d ${rest(hours % 24)}h`;
  if (hours > 0) return `${hours}h ${rest(minutes % 60)}m`;
  return minutes > 0 ? `${minutes}m ${rest(seconds % 60)}s` : `${seconds}s`;
}

/** Local time, `2026-11-21 21:30:05`. */
export function formatTime(time: Date): string {
  const [year, ...rest] = [time.getFullYear(), time.getMonth() + 1, time.getDate()];
  return `${[year, ...rest.map(two)].join('-')} ${formatClock(time)}`;
}

/** Local time of day, `21:30:05`. */
export const formatClock = (time: Date): string =>
  [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');

/** Local time as short as it is clear: of today `21:30:05`, of another day `2026-11-18 21:30`. */
export const formatWhen = (time: Date, now: Date): string =>
  time.toDateString() === now.toDateString() ? formatClock(time) : formatTime(time).slice(0, -3);

const two = (value: number): string => String(value).padStart(2, '0');

/** `1 client`, `2 clients`. */
export const formatCount = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;
