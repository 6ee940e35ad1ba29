import { ParseError } from '../errors.ts';
import { command } from '../protocol/command.ts';
import type { Status } from '../protocol/status.ts';
import { createStatusBuilder } from '../protocol/status-parser.ts';
import { cutOf, type Run } from './answer.ts';

/** Asks for one status and reads it, as far as the daemon gives it. */
export async function readStatus(run: Run, format: 1 | 2 | 3): Promise<Status> {
  const builder = createStatusBuilder();
  const reply = await run(command('status', ['format', format]), { onRow: builder.push });
  return builder.finish(cutOf(reply)) ?? Promise.reject(new ParseError('status', ''));
}
