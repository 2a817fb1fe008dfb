// Loads the demo once, before the browser tests: each of them serves a copy. Never changes it afterwards.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAM } from './tools';

export default function load(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'zaiton-demo-'));
  execFileSync(PROGRAM, ['--data', folder, 'demo'], { stdio: ['ignore', 'ignore', 'inherit'] });
  process.env.ZAITON_DEMO = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
