#!/usr/bin/env node
import { realParts } from './parts.ts';
import { runProcess } from './run-process.ts';

await runProcess({ parts: realParts, random: Math.random });
