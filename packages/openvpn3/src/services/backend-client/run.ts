import { main } from './main.ts';

// Timers of a ladder that is not needed any more keep nobody waiting.
void main(process.argv.slice(2)).then(code => process.exit(code));
