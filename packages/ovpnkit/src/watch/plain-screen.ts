import { formatTime } from '../output/quantity.ts';
import { styleFor } from '../output/style.ts';
import { describe, type Happening, logTone, styleTone } from './happening.ts';
import type { Screen } from './screen.ts';
import { summarize } from './summary.ts';

const summaryEveryMs = 10_000;

/** For an output that is no terminal: a line for each happening, and the daemon in one line every ten seconds. */
export function createPlainScreen(output: NodeJS.WriteStream): Screen {
  const style = styleFor(output);
  let summarized = Date.now();
  let open = true;

  const print = (at: Date, text: string): void => void output.write(`${formatTime(at)} ${text}\n`);
  return {
    show(model, happenings) {
      if (!open) return;
      for (const happening of happenings.filter(isWorthALine)) {
        const { text, tone } = describe(happening);
        print(happening.at, styleTone(tone, text, style));
      }
      const now = new Date();
      if (now.getTime() - summarized < summaryEveryMs) return;
      summarized = now.getTime();
      print(now, summarize(model, now));
    },
    close() {
      open = false;
    },
  };
}

/** Of the log, what is wrong: `events --log` has it all. */
const isWorthALine = (happening: Happening): boolean =>
  happening.type !== 'log' || logTone(happening.message) !== 'plain';
