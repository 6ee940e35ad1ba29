const hooks = new Set<() => void>();
const runHooks = () => {
  for (const hook of hooks) hook();
};

/** Calls the hook when this process exits by itself (not when a signal ends it). Returns what takes the hook back. */
export function onProcessExit(hook: () => void): () => void {
  // One listener for all labs: Node warns of a leak at the eleventh listener of an event.
  if (hooks.size === 0) process.on('exit', runHooks);
  hooks.add(hook);
  return () => {
    hooks.delete(hook);
    if (hooks.size === 0) process.off('exit', runHooks);
  };
}
