// What differs from one look at a daemon to the next: times, counters, and what the daemon logs of the look itself.

const own = /^(?:>LOG:)?\d{10},[A-Z]*,MANAGEMENT: (?:CMD |Client |TCP |unix |>STATE:)/;

const maskRow = (line: string, separator: string, columns: readonly number[]): string =>
  line
    .split(separator)
    .map((value, index) => (columns.includes(index) ? 'N' : value))
    .join(separator);

/** A row of `status 1`, whatever the client calls itself. */
const firstFormat = /^(.*,(?:[a-z\d-]+:)?[\d.]+:\d+),\d+,\d+,(?=\d{4}-)/;

function maskLine(line: string): string {
  const row = line.startsWith('CLIENT_LIST\t')
    ? maskRow(line, '\t', [5, 6])
    : line.startsWith('CLIENT_LIST,')
      ? maskRow(line, ',', [5, 6])
      : line.replace(firstFormat, '$1,N,N,');
  return row
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'DATE')
    .replace(/\b\d{10}\b/g, 'TIME')
    .replace(/(?<=Max bcast\/mcast queue length[,\t])\d+/g, 'N')
    .replace(/(bytesin|bytesout)=\d+/g, '$1=N');
}

/** The lines of a conversation that must be the same whenever it is had. */
export function maskConversation(bytes: Buffer): string[] {
  return bytes
    .toString('latin1')
    .split('\n')
    .filter(line => !own.test(line))
    .map(maskLine);
}
