// Packs each text of the build with brotli beside itself, for the server to send. Never changes a file that it packs.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const folder = new URL('../dist/', import.meta.url).pathname;
let plain = 0;
let packed = 0;
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  // The page itself gets another word in each answer: it cannot be packed beforehand.
  if (!entry.isFile() || !/\.(js|css|svg|json)$/.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const bytes = readFileSync(path);
  const small = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  writeFileSync(`${path}.br`, small);
  plain += bytes.length;
  packed += small.length;
}
process.stdout.write(`${Math.round(plain / 1024)} kB, packed ${Math.round(packed / 1024)} kB\n`);
