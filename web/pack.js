// Runs after the build: text files are kept gzipped only, so that the repository and the binary carry one copy.
// The same input gives the same bytes: no time, no name and no system in the gzip header.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = join(import.meta.dirname, 'dist');
const TEXT = /\.(js|css|txt)$/;
const SYSTEM = 9; // the header's byte for the operating system
const UNKNOWN = 255;

for (const name of readdirSync(dist, { recursive: true })) {
  if (!TEXT.test(name)) continue;
  const file = join(dist, name);
  const packed = gzipSync(readFileSync(file), { level: 9 });
  packed[SYSTEM] = UNKNOWN;
  writeFileSync(`${file}.gz`, packed);
  rmSync(file);
}
