// What each client is asked: a list page by page, an error, a subscription, and whether what its cache gives back is the raw answer.
import assert from 'node:assert/strict';

export const PAGE = `query Page($first: Int!, $after: String) {
  allJobs(first: $first, after: $after) { nodes { id name } pageInfo { endCursor hasNextPage } totalCount }
}`;
export const ERROR = `query Wrong($ref: Ref!) { licence(ref: $ref) { id name } }`;
export const CHANGES = `subscription Changes { graphChanged(since: 0) { version author totalCount } }`;
// Pieces of evidence, sources and edges are many, and alike: what a cache takes for one thing is told apart here.
export const PATHWAYS = `query Pathways($from: [Ref!]!, $to: [Ref!]!) {
  pathways(from: $from, to: $to, first: 8) {
    nodes {
      score explanation class
      steps { relation strength from { id name kind } to { id name kind }
        evidence { kind strength skills { id name } sources { id name url date } } }
      weakest { kind strength sources { id } }
      university { id name } offers(first: 3) { edges { weight node { id name } } totalCount }
    }
    classes { class size nodes { score } }
    from { id } to { id } diagnosis { message } totalCount { value exact }
  }
  job(ref: "journaliste environnemental") {
    id name sources { id } skills(first: 5) { edges { weight sources { id name } node { id name } } }
  }
}`;
export const ENDS = { from: 'SVT', to: 'journaliste environnemental' };

/** The data of a raw answer. */
export async function raw(url, query, variables) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return (await response.json()).data;
}

/** A value without what clients add to it. */
export function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '__typename').map(([key, inner]) => [key, plain(inner)]));
}

/** Puts the four questions through a client: `ask` → {data, codes}, `cached` → data without the network, `first` → the first event. */
export async function check(name, url, { ask, cached, first }) {
  const ids = new Set();
  let [after, total] = [null, 0];
  do {
    const { data } = await ask(PAGE, { first: 7, after });
    for (const node of data.allJobs.nodes) ids.add(node.id);
    total = data.allJobs.totalCount;
    after = data.allJobs.pageInfo.hasNextPage ? data.allJobs.pageInfo.endCursor : null;
  } while (after);
  assert.equal(ids.size, total, `${name}: each record once`);

  const { codes } = await ask(ERROR, { ref: 'rien de tel' });
  assert.deepEqual(codes, ['UNKNOWN_REF'], `${name}: the error's code`);

  const event = await first(CHANGES);
  assert.equal(event.graphChanged.version, 1, `${name}: the first change`);

  const expected = await raw(url, PATHWAYS, ENDS);
  const { data } = await ask(PATHWAYS, ENDS);
  assert.deepEqual(plain(data), expected, `${name}: the answer`);
  assert.deepEqual(plain(await cached(PATHWAYS, ENDS)), expected, `${name}: its cache gives back the answer`);
  console.log(`${name}: ${total} records page by page, error, subscription, cache = answer`);
}
