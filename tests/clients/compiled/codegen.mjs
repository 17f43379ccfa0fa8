// GraphQL Code Generator: the types that it makes of schema.graphql and of the documents compile, strictly, and hold an answer.
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as operations from '@graphql-codegen/typescript-operations';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'graphql';
import { CHANGES, ENDS, ERROR, PAGE, PATHWAYS, raw } from '../shared.mjs';

const url = process.argv[2] ?? 'http://127.0.0.1:8080/graphql';
const here = dirname(fileURLToPath(import.meta.url));
const generate = (filename, plugin, documents) => codegen({
  filename,
  schema: parse(readFileSync(join(here, '../../../schema.graphql'), 'utf8')),
  documents,
  plugins: [{ plugin: {} }],
  pluginMap: { plugin },
  config: { enumsAsTypes: true, strictScalars: true, scalars: { Ref: 'string', DateTime: 'string', PartialDate: 'string', _Any: 'unknown' }, skipTypename: true },
});
const schema = await generate('schema.ts', typescript, []);
const text = await generate('types.ts', operations, [PAGE, ERROR, CHANGES, PATHWAYS].map((document, at) => ({ location: `${at}.graphql`, document: parse(document) })));
const folder = mkdtempSync(join(here, 'codegen-'));
try {
  writeFileSync(join(folder, 'schema.ts'), schema);
  writeFileSync(join(folder, 'types.ts'), text);
  const answer = await raw(url, PATHWAYS, ENDS);
  // An answer as a literal of the generated type: the compiler checks each of its values.
  const literal = JSON.stringify(answer);
  writeFileSync(join(folder, 'answer.ts'), `import type { PathwaysQuery } from './types';\nexport const answer: PathwaysQuery = ${literal};\n`);
  execFileSync(join(here, 'node_modules/.bin/tsc'), ['--noEmit', '--strict', '--target', 'es2022', '--moduleResolution', 'bundler', '--module', 'es2022', ...['schema.ts', 'answer.ts'].map((file) => join(folder, file))], { stdio: 'pipe' });
} catch (error) {
  console.error(String(error.stdout ?? '').slice(0, 2000));
  throw error;
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`GraphQL Code Generator: ${schema.length + text.length} characters of types, an answer is of them`);
