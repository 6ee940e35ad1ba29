import { loadScript } from '../../share/code-cache.ts';

// What the launcher starts. The program lies beside it, as one function of `require`, which needs modules of Node.js alone.
const program = loadScript(`${import.meta.dirname}/service-client-program.cjs`);
program.runInThisContext()(process.getBuiltinModule);
