// npm run bench -- [--markdown] [FIGURE …]: measures the figures, all when none is named, and prints them.
import { byteAtATime } from './byte-at-a-time.ts';
import { hub } from './hub.ts';
import { lostEnd } from './lost-end.ts';
import { pid } from './pid.ts';
import { runFigures } from './run-figures.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { statusRows } from './status-rows.ts';
import { statusTable } from './status-table.ts';
import { stream } from './stream.ts';
import { watch } from './watch.ts';

await runFigures({
  stream,
  status,
  'status-rows': statusRows,
  'status-table': statusTable,
  'lost-end': lostEnd,
  pid,
  'byte-at-a-time': byteAtATime,
  start,
  hub,
  watch,
});
