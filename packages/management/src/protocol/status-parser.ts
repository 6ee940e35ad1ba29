import { fieldStarts, parseCounter } from './field.ts';
import type { Client, Route, Status, StatusRow } from './status.ts';
import { clientReader, type RowReader, routeReader, type Separator } from './status-columns.ts';
import { parseStatusTime } from './status-time.ts';

/** Reads one status line by line, in any of the three formats and in the form that a client gives. */
export type StatusParser = {
  /** What the line says; `undefined` for headings. Never throws. */
  push(line: string): StatusRow | undefined;
};

/**
 * A parser for one reply to `status`. The format shows in its first line. Columns are found by their header, so
 * rows of 2.3 to 2.7 read alike and a newer column disturbs nothing.
 */
export function createStatusParser(): StatusParser {
  let format: ((line: string) => StatusRow | undefined) | undefined;
  return {
    push(line) {
      format ??= formatOf(line);
      return format(line);
    },
  };
}

/** Builds one whole status out of the lines of its reply, as they come. */
export type StatusBuilder = {
  push(line: string): void;
  /** `undefined` when no line had the time, so that it was no status. */
  finish(): Status | undefined;
};

export function createStatusBuilder(): StatusBuilder {
  const parser = createStatusParser();
  const clients: Client[] = [];
  const routes: Route[] = [];
  const statistics = new Map<string, bigint>();
  const malformed: string[] = [];
  let title = '';
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
        case undefined:
      }
    },
    finish() {
      if (time === undefined) return undefined;
      if (title === clientTitle) return { mode: 'client', time, statistics, malformed };
      return { mode: 'server', title, time, clients, routes, statistics, malformed };
    },
  };
}

/** A whole status from the rows of its reply. `undefined` when the reply has no time, so is no status. */
export function parseStatus(lines: Iterable<string>): Status | undefined {
  const builder = createStatusBuilder();
  for (const line of lines) builder.push(line);
  return builder.finish();
}

const clientTitle = 'OpenVPN STATISTICS';
const listTitle = 'OpenVPN CLIENT LIST';

function formatOf(line: string): (line: string) => StatusRow | undefined {
  if (line === listTitle || line === clientTitle) return createSectionReader();
  return createKeywordReader(line.charCodeAt('TITLE'.length) === 0x09 ? '\t' : ',');
}

/** Formats 2 and 3: every row begins with its keyword. */
function createKeywordReader(separator: Separator): (line: string) => StatusRow | undefined {
  let readClient: RowReader | undefined;
  let readRoute: RowReader | undefined;
  const [clientRow, routeRow] = [`CLIENT_LIST${separator}`, `ROUTING_TABLE${separator}`];
  const buffer: number[] = [];
  return line => {
    if (line.startsWith(clientRow))
      return readClient?.(line, fieldStarts(line, separator, buffer)) ?? { type: 'malformed', line };
    if (line.startsWith(routeRow))
      return readRoute?.(line, fieldStarts(line, separator, buffer)) ?? { type: 'malformed', line };
    const fields = line.split(separator);
    switch (fields[0]) {
      case 'HEADER':
        // A row begins with its keyword where the header has its own; so their fields and columns agree.
        if (fields[1] === 'CLIENT_LIST') readClient = clientReader(fields.slice(1), separator);
        else if (fields[1] === 'ROUTING_TABLE') readRoute = routeReader(fields.slice(1), separator);
        return undefined;
      case 'TITLE':
        return { type: 'title', title: line.slice('TITLE,'.length) };
      case 'TIME':
        return timeRow(fields[2] ?? fields[1] ?? '', line);
      case 'GLOBAL_STATS':
        return statistic(fields[1], fields[2], line);
      default:
        return { type: 'malformed', line };
    }
  };
}

/** Format 1 and the counters of a client: sections, each under a heading of its own. */
function createSectionReader(): (line: string) => StatusRow | undefined {
  let section: 'counters' | 'clients' | 'routes' = 'counters';
  let read: RowReader | undefined;
  const headed = (fields: readonly string[]): undefined => {
    read = section === 'clients' ? clientReader(fields, ',') : routeReader(fields, ',');
  };
  return line => {
    const fields = line.split(',');
    switch (line) {
      case listTitle:
        section = 'clients';
        return { type: 'title', title: line };
      case clientTitle:
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
    if (section === 'counters') return statistic(fields[0], fields[1], line);
    if (read === undefined) return headed(fields);
    return read(line, fieldStarts(line, ',', [])) ?? { type: 'malformed', line };
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
