// Relay, compiler and runtime: node relay.mjs [URL]. Documents are compiled against schema.graphql into a temporary folder.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { CHANGES, ERROR, PAGE, PATHWAYS, check } from '../shared.mjs';

const require = createRequire(import.meta.url);
const relay = require('relay-runtime');
const url = process.argv[2] ?? 'http://127.0.0.1:8080/graphql';
const here = dirname(fileURLToPath(import.meta.url));

// Relay names documents after the module that they stand in.
const documents = { [PAGE]: 'Page', [ERROR]: 'Wrong', [CHANGES]: 'Changes', [PATHWAYS]: 'Pathways' };
const folder = mkdtempSync(join(here, 'relay-'));
const compiled = {};
try {
  for (const [text, name] of Object.entries(documents)) {
    const kind = text.trimStart().startsWith('subscription') ? 'Subscription' : 'Query';
    const named = text.replace(/(query|subscription) \w+/, `$1 asked${name}${kind}`);
    writeFileSync(join(folder, `asked${name}.js`), `import { graphql } from 'relay-runtime';\ngraphql\`${named}\`;\n`);
  }
  const config = { src: folder, language: 'javascript', schema: join(here, '../../../schema.graphql'), eagerEsModules: false };
  writeFileSync(join(folder, 'relay.config.json'), JSON.stringify({ ...config, src: '.' }));
  execFileSync(join(here, 'node_modules/.bin/relay-compiler'), [join(folder, 'relay.config.json')], { stdio: 'pipe', cwd: folder });
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
  for (const [text, name] of Object.entries(documents)) {
    const file = readdirSync(join(folder, '__generated__')).find((file) => file.startsWith(`asked${name}`));
    compiled[text] = require(join(folder, '__generated__', file));
  }
} catch (error) {
  console.error(String(error.stdout ?? ''), String(error.stderr ?? ''));
  throw error;
} finally {
  rmSync(folder, { recursive: true });
}

const { Environment, Network, Observable, RecordSource, Store, createOperationDescriptor, fetchQuery, requestSubscription } = relay;
const ws = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket });
let errors = [];
const network = Network.create(
  async ({ text }, variables) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: text, variables }) });
    const answer = await response.json();
    errors = answer.errors ?? [];
    return answer;
  },
  ({ text }, variables) => Observable.create((sink) => ws.subscribe({ query: text, variables }, sink)),
);
const environment = new Environment({ network, store: new Store(new RecordSource()) });
const held = (query, variables) => {
  const operation = createOperationDescriptor(compiled[query], variables);
  environment.retain(operation);
  return environment.lookup(operation.fragment).data;
};
await check('Relay', url, {
  ask: async (query, variables) => {
    await fetchQuery(environment, compiled[query], variables).toPromise();
    return { data: held(query, variables), codes: errors.map(({ extensions }) => extensions.code) };
  },
  cached: async (query, variables) => held(query, variables),
  first: (query) => new Promise((resolve, reject) => {
    const { dispose } = requestSubscription(environment, { subscription: compiled[query], variables: {}, onNext: (data) => { resolve(data); dispose(); }, onError: reject });
  }),
});
await ws.dispose();
