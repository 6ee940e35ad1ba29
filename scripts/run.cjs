// Runs one task of the repository on a machine that may have nothing yet: `node scripts/run.cjs TASK [ARGS]`.
// Whatever Node.js the machine has reads this file. It gets node_modules, and goes on in the Node.js that suits.
'use strict';
const { join } = require('path');
const { continueIn, refuse, suitableNode } = require('../packages/openvpn3/bin/suitable-node.js');
const { installModules } = require('./install-modules.cjs');

installModules();
const node = suitableNode();
if (node === undefined) refuse('ovpnkit');
else continueIn(node, [join(__dirname, 'tasks.js')].concat(process.argv.slice(2)));
