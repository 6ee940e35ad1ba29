import { fieldStarts, parseCounter } from './field.ts';
import type { Client, Route, Status, StatusRow } from './status.ts';
import { clientReader, type RowReader, routeReader, type Separator } from './status-columns.ts';
import { parseStatusTime } from './status-time.ts';
import { decodeText } from './text.ts';

/** Reads one status line by line, in any of the three formats and in the form that a client gives. */
export type StatusParser = {
  /** What the line says; `undefined` for headings, for END and for all behind it. Never throws. */
  push(line: string): StatusRow | undefined;
  /** Whether END has come, which the rows of a reply do without. */
  readonly ended: boolean;
  /** The section that a whole status has and that did not come, such as `the routing table`. */
  readonly missing: string | undefined;
};

/**
 * A parser for one reply to `status`, or one status file. The format shows in its first line. Columns are found by their
 * header, so rows of 2.3 to 2.7 read alike and a newer column disturbs nothing.
 */
export function createStatusParser(): StatusParser {
  let reader: Reader | undefined;
  let ended = false;
  return {
    push(line) {
      if (ended) return undefined;
      ended = line === 'END';
      if (ended) return undefined;
      reader ??= readerOf(line);
      return reader.push(line);
    },
    get ended() {
      return ended;
    },
    get missing() {
      return reader ? reader.missing : 'every line';
    },
  };
}

/** Builds one status out of its lines, as they come. */
export type StatusBuilder = {
  push(line: string): void;
  /** Whether END was among the lines. */
  readonly ended: boolean;
  /**
   * What came. `cut` says why there is no more, when that is known; a section that is missing tells it as well.
   * `undefined` when it was no status: neither its title nor its time came.
   */
  finish(cut?: string): Status | undefined;
};

export function createStatusBuilder(): StatusBuilder {
  const parser = createStatusParser();
  const clients: Client[] = [];
  const routes: Route[] = [];
  const statistics = new Map<string, bigint>();
  const malformed: string[] = [];
  let title: string | undefined;
  let time: Date | undefined;
  return {
    push(line) {
      const row = parser.push(line);
      switch (row?.type) {
        case 'client':
          clients.push(row.client);
          break;
        case 'route':
          routes.push(row.route);
          break;
        case 'statistic':
          statistics.set(row.name, row.value);
          break;
        case 'title':
          title = row.title;
          break;
        case 'time':
          time = row.time;
          break;
        case 'malformed':
          malformed.push(row.line);
          break;
        case 'cut':
        case undefined:
      }
    },
    get ended() {
      return parser.ended;
    },
    finish(cut) {
      const problem = cut ?? (parser.missing && `it ends before ${parser.missing}`);
      if (time === undefined) {
        if (title === undefined && (cut === undefined || malformed.length > 0)) return undefined;
        return { mode: 'unknown', complete: false, problem: problem ?? 'it has no time', malformed };
      }
      const whole =
        problem === undefined ? { complete: true as const } : { complete: false as const, problem };
      if (title === clientTitle) return { mode: 'client', ...whole, time, statistics, malformed };
      return { mode: 'server', ...whole, title: title ?? '', time, clients, routes, statistics, malformed };
    },
  };
}

/**
 * A status from the rows of its reply or the lines of a status file. What ends before its last section is not
 * `complete`. `undefined` when it is no status: neither its title nor its time is there.
 */
export function parseStatus(lines: Iterable<string>): Status | undefined {
  const builder = createStatusBuilder();
  for (const line of lines) builder.push(line);
  return builder.finish();
}

/** The same from the bytes of a status file, which is whole only when it has its END. */
export function parseStatusFile(bytes: Uint8Array): Status | undefined {
  const builder = createStatusBuilder();
  for (const line of decodeText(bytes).split(/\r?\n/)) if (line !== '') builder.push(line);
  if (builder.ended) return builder.finish();
  return builder.finish(bytes.length === 0 ? emptyFile : 'the file ends before its END');
}

const emptyFile =
  'the file is empty, as a daemon leaves it that once had a row of 512 bytes or more to write';

const clientTitle = 'OpenVPN STATISTICS';
const listTitle = 'OpenVPN CLIENT LIST';
const lastCounter = 'Auth read bytes';

/** Reads the lines of one format, and knows which section has not come yet. */
type Reader = { push(line: string): StatusRow | undefined; readonly missing: string | undefined };

/** The sections of a server in their order. */
const sections = ['the client list', 'the routing table', 'the totals'] as const;

function readerOf(line: string): Reader {
  if (line === listTitle || line === clientTitle) return createSectionReader();
  return createKeywordReader(line.charCodeAt('TITLE'.length) === 0x09 ? '\t' : ',');
}

/** Formats 2 and 3: every row begins with its keyword. */
function createKeywordReader(separator: Separator): Reader {
  let reached = 0; // how many sections have come
  let readClient: RowReader | undefined;
  let readRoute: RowReader | undefined;
  const [clientRow, routeRow] = [`CLIENT_LIST${separator}`, `ROUTING_TABLE${separator}`];
  const buffer: number[] = [];
  const push = (line: string): StatusRow | undefined => {
    if (line.startsWith(clientRow))
      return readClient?.(line, fieldStarts(line, separator, buffer)) ?? { type: 'malformed', line };
    if (line.startsWith(routeRow))
      return readRoute?.(line, fieldStarts(line, separator, buffer)) ?? { type: 'malformed', line };
    const fields = line.split(separator);
    switch (fields[0]) {
      case 'HEADER':
        // A row begins with its keyword where the header has its own; so their fields and columns agree.
        if (fields[1] === 'CLIENT_LIST') {
          readClient = clientReader(fields.slice(1), separator);
          reached = Math.max(reached, 1);
        } else if (fields[1] === 'ROUTING_TABLE') {
          readRoute = routeReader(fields.slice(1), separator);
          reached = Math.max(reached, 2);
        }
        return undefined;
      case 'TITLE':
        return { type: 'title', title: line.slice('TITLE,'.length) };
      case 'TIME':
        return timeRow(fields[2] ?? fields[1] ?? '', line);
      case 'GLOBAL_STATS': {
        const row = statistic(fields[1], fields[2], line);
        if (row.type === 'statistic') reached = 3;
        return row;
      }
      default:
        return { type: 'malformed', line };
    }
  };
  return {
    push,
    get missing() {
      return sections[reached];
    },
  };
}

/** Format 1 and the counters of a client: sections, each under a heading of its own. */
function createSectionReader(): Reader {
  let missing: string | undefined;
  let section: 'counters' | 'clients' | 'routes' = 'counters';
  let read: RowReader | undefined;
  const headed = (fields: readonly string[]): undefined => {
    read = section === 'clients' ? clientReader(fields, ',') : routeReader(fields, ',');
    missing = sections[section === 'clients' ? 1 : 2];
  };
  const push = (line: string): StatusRow | undefined => {
    const fields = line.split(',');
    switch (line) {
      case listTitle:
        section = 'clients';
        missing = sections[0];
        return { type: 'title', title: line };
      case clientTitle:
        missing = `'${lastCounter}'`;
        return { type: 'title', title: line };
      case 'ROUTING TABLE':
        section = 'routes';
        read = undefined;
        return undefined;
      case 'GLOBAL STATS':
        section = 'counters';
        return undefined;
    }
    if (fields.length === 2 && fields[0] === 'Updated' && read === undefined)
      return timeRow(fields[1] ?? '', line);
    if (section === 'counters') {
      const row = statistic(fields[0], fields[1], line);
      // A client has this counter in every version; a server has only its totals behind the routing table.
      if (row.type === 'statistic' && (missing === sections[2] || row.name === lastCounter))
        missing = undefined;
      return row;
    }
    if (read === undefined) return headed(fields);
    return read(line, fieldStarts(line, ',', [])) ?? { type: 'malformed', line };
  };
  return {
    push,
    get missing() {
      return missing;
    },
  };
}

function timeRow(text: string, line: string): StatusRow {
  const time = parseStatusTime(text);
  return time ? { type: 'time', time } : { type: 'malformed', line };
}

function statistic(name: string | undefined, text: string | undefined, line: string): StatusRow {
  const value = parseCounter(text ?? '');
  return name === undefined || value === undefined
    ? { type: 'malformed', line }
    : { type: 'statistic', name, value };
}
