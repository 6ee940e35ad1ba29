#!/usr/bin/env node
import { main } from '../dist/services/backend-client/main.js';

process.exit(await main(process.argv.slice(2)));
