import { parseEpoch } from './field.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * A time in any of the three forms that a status has: seconds since 1970; `2026-11-21 19:19:41` (since OpenVPN 2.5);
 * `Wed Jun  5 23:03:21 2019` (up to 2.4). The last two are the daemon's local time and are read as the local time of
 * this process: format 1 has nothing better. `undefined` for anything else.
 */
export function parseStatusTime(text: string): Date | undefined {
  const iso = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text);
  if (iso) return localTime(iso[1], Number(iso[2]) - 1, iso[3], iso[4], iso[5], iso[6]);
  const ctime = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})$/.exec(text);
  if (ctime)
    return localTime(ctime[6], months.indexOf(ctime[1] ?? ''), ctime[2], ctime[3], ctime[4], ctime[5]);
  return parseEpoch(text);
}

function localTime(year = '', month: number, ...rest: (string | undefined)[]): Date | undefined {
  const [day = 0, hour = 0, minute = 0, second = 0] = rest.map(Number);
  const date = new Date(Number(year), month, day, hour, minute, second);
  // A day that does not exist would roll over to another month.
  return month >= 0 && month < 12 && date.getMonth() === month && hour < 24 && minute < 60 && second < 61
    ? date
    : undefined;
}
