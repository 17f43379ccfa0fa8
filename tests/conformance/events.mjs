// The reference client of graphql-sse, in its distinct-connections mode, against the server's test schema.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-sse';

const url = process.argv[2] ?? 'http://127.0.0.1:8080/graphql';
const client = createClient({ url, singleConnection: false, retryAttempts: 0 });

const all = async (query) => {
  const answers = [];
  for await (const answer of client.iterate({ query })) answers.push(answer);
  return answers;
};

const counted = await all('subscription { count(to: 3, ms: 10) }');
assert.deepEqual(counted.map((answer) => answer.data.count), [1, 2, 3]);
assert.deepEqual((await all('{ double(n: 4) }'))[0].data, { double: 8 });
const refused = await all('subscription { nothing }').catch((error) => error);
assert.equal(refused[0].errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');

for await (const answer of client.iterate({ query: 'subscription { count(to: 1000, ms: 5) }' })) {
  if (answer.data.count === 2) break;
}
assert.deepEqual((await all('{ double(n: 1) }'))[0].data, { double: 2 });
client.dispose();
console.log('graphql-sse: ok');
process.exit(0);
