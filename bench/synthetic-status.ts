import { readStatus } from './recording.ts';

const recorded = readStatus('openvpn-2.6.14-server-3clients-v3');
const named = (keyword: string): string[] => recorded.filter(line => line.startsWith(keyword));

/**
 * The reply to `status 3` of a server with that many clients, line by line with line ends: the recorded headings, and
 * rows of the recorded form with values of their own. Every second client has an IPv6 address, so a second route.
 */
export function* syntheticStatus(clients: number): Generator<string, void> {
  yield* terminated(...named('TITLE'), ...named('TIME'), ...named('HEADER\tCLIENT_LIST'));
  for (let index = 0; index < clients; index++) {
    const { name, real, ipv4, ipv6, since, user } = peer(index);
    const [received, sent] = [9885 + index * 7919, 9396 + index * 104_729];
    yield* terminated(
      `CLIENT_LIST\t${name}\t${real}\t${ipv4}\t${ipv6}\t${received}\t${sent}\t${since}\t${user}\t${index}\t${index}\tAES-256-GCM`,
    );
  }
  yield* terminated(...named('HEADER\tROUTING_TABLE'));
  for (let index = 0; index < clients; index++) {
    const { name, real, ipv4, ipv6, since } = peer(index);
    yield* terminated(`ROUTING_TABLE\t${ipv4}\t${name}\t${real}\t${since}`);
    if (ipv6 !== '') yield* terminated(`ROUTING_TABLE\t${ipv6}\t${name}\t${real}\t${since}`);
  }
  yield* terminated(...named('GLOBAL_STATS'), 'END');
}

/** The text cut into chunks of that many bytes; it has none but ASCII characters. */
export function* inChunks(lines: Iterable<string>, bytes: number): Generator<Buffer, void> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < 64 * bytes) continue;
    const whole = Buffer.from(text, 'latin1');
    const end = whole.length - (whole.length % bytes);
    for (let start = 0; start < end; start += bytes) yield whole.subarray(start, start + bytes);
    text = text.slice(end);
  }
  const rest = Buffer.from(text, 'latin1');
  for (let start = 0; start < rest.length; start += bytes) yield rest.subarray(start, start + bytes);
}

function peer(index: number) {
  const octets = `${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
  const [minute, second] = [Math.floor(index / 60) % 60, index % 60].map(part =>
    String(part).padStart(2, '0'),
  );
  return {
    name: `client${index + 1}`,
    user: `user${index + 1}`,
    real: `10.${octets}:${1024 + ((index * 31) % 64_512)}`,
    ipv4: `10.${octets}`,
    ipv6:
      index % 2 === 0
        ? `fd77::${(0x1000 + index)
            .toString(16)
            .replace(/(?=.{4}$)/, ':')
            .replace(/^:/, '')}`
        : '',
    since: `2026-11-21 19:${minute}:${second}\t${1_795_287_600 + (index % 3600)}`,
  };
}

const terminated = (...lines: string[]): string[] => lines.map(line => `${line}\r\n`);
