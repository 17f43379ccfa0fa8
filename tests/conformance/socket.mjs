// The reference client of graphql-transport-ws against the server's test schema.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = (process.argv[2] ?? 'http://127.0.0.1:8080/graphql').replace(/^http/, 'ws');
const client = createClient({ url, webSocketImpl: WebSocket, lazy: true, retryAttempts: 0, keepAlive: 1000 });

const all = async (query, variables) => {
  const answers = [];
  for await (const answer of client.iterate({ query, variables })) answers.push(answer.data);
  return answers;
};

assert.deepEqual(await all('subscription S($to: Int!) { count(to: $to) }', { to: 3 }), [{ count: 1 }, { count: 2 }, { count: 3 }]);
assert.deepEqual(await all('{ double(n: 4) }'), [{ double: 8 }]);
const both = await Promise.all([all('subscription { count(to: 2, ms: 30) }'), all('subscription { count(to: 3, ms: 20) }')]);
assert.deepEqual(both.map((answers) => answers.length), [2, 3]);

const refused = await all('{ nothing }').catch((errors) => errors);
assert.equal(refused[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');

// Stopping early ends the operation, and the connection goes on.
for await (const answer of client.iterate({ query: 'subscription { count(to: 1000, ms: 5) }' })) {
  if (answer.data.count === 2) break;
}
assert.deepEqual(await all('{ double(n: 1) }'), [{ double: 2 }]);
await client.dispose();

const stranger = createClient({
  url, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { Authorization: 'Bearer guess' },
});
const closed = await new Promise((resolve) => {
  stranger.subscribe({ query: '{ version }' }, { next: () => {}, complete: () => resolve(null), error: resolve });
});
assert.equal(closed.code, 4403);
console.log('graphql-ws: ok');
process.exit(0);
