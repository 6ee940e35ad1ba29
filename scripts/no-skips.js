// A reporter for `node --test` that fails the run when a test was skipped or left as a todo.
export default async function* noSkips(events) {
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.skip === undefined && data.todo === undefined) continue;
    process.exitCode = 1;
    yield `skipped in CI: ${data.name} (${data.file ?? 'unknown file'}): ${data.skip || data.todo || 'no reason given'}\n`;
  }
}
