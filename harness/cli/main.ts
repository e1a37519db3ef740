#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { realParts } from './parts.ts';
import { runProcess } from './run-process.ts';

// While collecting is cheap V8 lets garbage grow to several times what lives: a worker that makes ten thousand calls had the run take
// half a gigabyte. Read by V8 whenever it sets its next limit, so it counts from here on.
setFlagsFromString('--heap-growing-percent=50');

await runProcess({ parts: realParts, random: Math.random });
