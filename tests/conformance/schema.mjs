// What changed in the schema since the last release, and whether a server tells the very schema of schema.graphql.
//
//   node schema.mjs [URL]           every breaking change must be in breaking.txt, and CHANGELOG.md says how to move
//   node schema.mjs --write [URL]   writes breaking.txt anew; its difference is for the reviewer
//
// At a release: schema.graphql becomes tests/fixtures/schema-<version>.graphql, and breaking.txt starts anew.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import {
  buildASTSchema, buildClientSchema, findBreakingChanges, findDangerousChanges, getIntrospectionQuery, lexicographicSortSchema, parse,
  printSchema, specifiedDirectives,
} from 'graphql';

const here = new URL('.', import.meta.url);
const read = (path) => readFileSync(new URL(path, here), 'utf8');
const arguments_ = process.argv.slice(2);
const write = arguments_.includes('--write');
const url = arguments_.find((argument) => argument !== '--write');

const [release] = readdirSync(new URL('../fixtures/', here)).filter((name) => /^schema-.*\.graphql$/.test(name)).sort().reverse();
// The specification's own directives are every server's, whether its text repeats them or not.
const build = (text) => {
  const ours = ({ kind, name }) => kind !== 'DirectiveDefinition' || !specifiedDirectives.some((directive) => directive.name === name.value);
  const document = parse(text);
  return buildASTSchema({ ...document, definitions: document.definitions.filter(ours) });
};
const before = build(read(`../fixtures/${release}`));
const now = build(read('../../schema.graphql'));
const lines = (changes) => changes.map((change) => `${change.type}: ${change.description}`).sort();
const breaking = lines(findBreakingChanges(before, now));
const dangerous = lines(findDangerousChanges(before, now));

if (write) {
  writeFileSync(new URL('breaking.txt', here), `${breaking.join('\n')}\n`);
}
const known = read('breaking.txt').trim().split('\n').filter(Boolean);
const unsaid = breaking.filter((line) => !known.includes(line));
const gone = known.filter((line) => !breaking.includes(line));
for (const line of dangerous) console.log(`may surprise: ${line}`);
for (const line of breaking) console.log(`${unsaid.includes(line) ? 'BREAKS, unsaid' : 'breaks'}: ${line}`);
for (const line of gone) console.log(`no longer so: ${line}`);
console.log(`since ${release}: ${breaking.length} breaking changes, ${unsaid.length} of them not in breaking.txt; ${dangerous.length} that may surprise`);
let failed = unsaid.length + gone.length > 0;

if (url) {
  const query = getIntrospectionQuery({
    descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true,
  });
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
  const { data } = await response.json();
  const text = (schema) => printSchema(lexicographicSortSchema(schema)).split('\n');
  const [file, server] = [text(now), text(buildClientSchema(data))];
  const at = file.findIndex((line, index) => line !== server[index]);
  const same = at < 0 && file.length === server.length;
  console.log(same ? 'the server tells the schema of schema.graphql' : `the server tells another schema, line ${at + 1}: ${server[at]} instead of ${file[at]}`);
  failed ||= !same;
}
process.exit(failed ? 1 : 0);
