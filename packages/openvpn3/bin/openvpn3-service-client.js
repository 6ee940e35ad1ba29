#!/usr/bin/env node
import '../dist/services/backend-client/run.js';
