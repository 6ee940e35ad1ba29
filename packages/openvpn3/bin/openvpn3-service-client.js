#!/usr/bin/env -S node --disable-sigusr1
import '../dist/services/backend-client/run.js';
