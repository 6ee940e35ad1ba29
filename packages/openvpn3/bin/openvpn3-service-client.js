#!/usr/bin/env node
// Any Node.js can read this file. What it starts needs a young one.
'use strict';
const { join } = require('path');
const { runProgram } = require('./suitable-node.js');

process.on('SIGUSR1', () => {}); // Node would open a debugger for everybody on this host
const built = join(__dirname, '..', 'dist', 'services', 'backend-client', 'run.js');
runProgram('openvpn3-service-client', built, () => import('../dist/services/backend-client/run.js'));
