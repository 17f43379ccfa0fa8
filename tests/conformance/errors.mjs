// Each code as a whole answer: asks servers of this build for one of each, checks the code and its status, and prints all as Markdown.
//
//   node errors.mjs [--print]     with the program built (target/debug/passerelle, or PASSERELLE)
//
// A full disk, a full queue and a fault of the server (READ_ONLY, OVERLOADED, INTERNAL) are not made here.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../../', import.meta.url).pathname;
const program = process.env.PASSERELLE ?? join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug/passerelle');
const folder = mkdtempSync(join(tmpdir(), 'errors-'));
const servers = [];

async function serve(settings) {
  const data = join(folder, String(servers.length));
  const env = { ...process.env, ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`PASSERELLE_${name}`, value])) };
  const child = spawn(program, ['serve', '--data', data, '--listen', '127.0.0.1:0'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  servers.push(child);
  let log = '';
  for await (const part of child.stderr) {
    log += part;
    const address = log.match(/^passerelle answers at (\S+)\n/m)?.[1];
    if (address) {
      return { address, data };
    }
  }
  throw new Error(log);
}

const JSON_BODY = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
const told = async (response) => ({ status: response.status, body: await response.json() });
const post = async ({ address }, request, headers = {}) =>
  told(await fetch(`${address}graphql`, { method: 'POST', headers: { ...JSON_BODY, ...headers }, body: JSON.stringify(request) }));

/** What is shown as the request, and the answer to it. */
async function cases() {
  const usual = await serve({ BODY_TIME: '0.3', BODY_BYTES: '4000' });
  const token = (role) => execFileSync(program, ['token', 'create', '--data', usual.data, '--role', role, '--name', role], { stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim().split('\n').at(-1);
  const [reader, editor] = ['reader', 'editor'].map((role) => ({ authorization: `Bearer ${token(role)}` }));
  // The server reads its tokens anew four times a second.
  await new Promise((done) => setTimeout(done, 1000));
  const all = {};
  const asked = async (code, query, variables, headers) => {
    all[code] = { request: query, ...(variables && { variables }), answer: await post(usual, { query, variables }, headers) };
  };
  const write = 'mutation($c: [ChangeInput!]!, $v: Int) { applyChanges(input: {changes: $c, expectedVersion: $v}) { version } }';
  const change = { c: [{ putNode: { id: 'job/exemple', name: 'Exemple', sources: ['source/thotis-imst'] } }] };
  await asked('GRAPHQL_PARSE_FAILED', '{ licence(ref: "SVT") { name }');
  await asked('GRAPHQL_VALIDATION_FAILED', '{ licence(ref: "SVT") { nom } }');
  await asked('INVALID_INPUT', '{ allJobs(first: -1) { totalCount } }');
  await asked('UNKNOWN_REF', '{ job(ref: "journaliste environemental du dimanche") { name } }');
  await asked('AMBIGUOUS_REF', '{ parcours(ref: "ISME") { name } }');
  await asked('VERSION_CONFLICT', write, { ...change, v: 0 }, editor);
  await asked('UNAUTHENTICATED', write, change);
  await asked('FORBIDDEN', write, change, reader);
  await asked('TOO_COMPLEX', '{ allMasters(first: 1000) { nodes { parcours(first: 100) { nodes { jobs(first: 100) { nodes { id } } } } } } }');
  const hash = 'ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38';
  const persisted = { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } };
  all.PERSISTED_QUERY_NOT_FOUND = { request: JSON.stringify(persisted), answer: await post(usual, persisted) };
  all.BAD_REQUEST = { request: '[{"query": "{ graph { version } }"}]', answer: await post(usual, [{ query: '{ graph { version } }' }]) };
  const plain = async (request, path, init) => ({ request, answer: await told(await fetch(`${usual.address}${path}`, init)) });
  all.METHOD_NOT_ALLOWED = await plain('PUT /graphql', 'graphql', { method: 'PUT' });
  const image = { headers: { accept: 'image/png' } };
  all.NOT_ACCEPTABLE = await plain('GET /graphql?query={graph{version}} with Accept: image/png', 'graphql?query=%7Bgraph%7Bversion%7D%7D', image);
  all.UNSUPPORTED_MEDIA_TYPE = await plain('POST /graphql with Content-Type: text/plain', 'graphql', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' });
  all.PAYLOAD_TOO_LARGE = await plain('POST /graphql with more bytes than body-bytes (here 4000)', 'graphql', { method: 'POST', headers: JSON_BODY, body: JSON.stringify({ query: '#'.repeat(5000) }) });
  all.NOT_FOUND = await plain('GET /api', 'api', {});
  all.REQUEST_TIMEOUT = { request: 'POST /graphql, half of whose body never comes', answer: await half(usual) };

  const hasty = await serve({ DEADLINE: '0.001' });
  const search = '{ reachable(from: "SVT", kind: JOB, maxMoves: 5, first: 100) { edges { best { explanation } } } }';
  all.TIMEOUT = { request: search, answer: await post(hasty, { query: search }) };
  const strict = await serve({ RATE_PER_ADDRESS: '1', RATE_LOOPBACK: 'true' });
  const again = { query: '{ graph { version } }' };
  await post(strict, again);
  const limited = await post(strict, again);
  // How long depends on the clock.
  limited.body.errors[0].extensions.retryAfter = 30;
  limited.body.errors[0].message = limited.body.errors[0].message.replace(/\d+ s/, '30 s');
  all.RATE_LIMITED = { request: 'more requests a minute than rate-per-address', answer: limited };
  return all;
}

const half = ({ address }) => new Promise((resolve, reject) => {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname, () => socket.write('POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"query":'));
  let text = '';
  socket.on('data', (part) => {
    text += part;
    const [head, body] = text.split('\r\n\r\n');
    if (body?.endsWith('}')) {
      socket.destroy();
      resolve({ status: Number(head.split(' ')[1]), body: JSON.parse(body) });
    }
  }).on('error', reject).on('close', () => reject(new Error(text)));
});

// What docs/errors.md says of each code.
const documented = Object.fromEntries(
  [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, code, status]) => [code, Number(status)]),
);
// A field's error stands in an executed answer, which is 200.
const inside = new Set(['INVALID_INPUT']);
const block = (code, { request, variables, answer }) => [
  `## ${code}`, '',
  '```text', request, ...(variables ? [`variables: ${JSON.stringify(variables)}`] : []), '```', '',
  `Status ${answer.status}:`, '', '```json', JSON.stringify(answer.body, null, 2), '```', '',
].join('\n');

let failed = false;
try {
  const answers = await cases();
  for (const [code, { answer }] of Object.entries(answers)) {
    const given = answer.body.errors?.[0].extensions.code;
    const status = inside.has(code) ? 200 : documented[code];
    if (given !== code || answer.status !== status) {
      console.error(`${code} (${status}): the server says ${JSON.stringify(answer)}`);
      failed = true;
    }
  }
  const missing = Object.keys(documented).filter((code) => !answers[code] && !['READ_ONLY', 'OVERLOADED', 'INTERNAL'].includes(code));
  if (missing.length) {
    console.error(`not asked for: ${missing}`);
    failed = true;
  }
  if (process.argv.includes('--print')) console.log(Object.entries(answers).map(([code, one]) => block(code, one)).join('\n'));
  else console.log(`${Object.keys(answers).length} codes, each as a whole answer`);
} finally {
  await Promise.all(servers.map((server) => new Promise((ended) => { server.once('exit', ended); server.kill(); })));
  rmSync(folder, { recursive: true });
}
process.exit(failed ? 1 : 0);
