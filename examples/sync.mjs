// A copy of the graph that stays current: the whole of it once, then what changed. Node 20 or later, nothing else.
//
//   node examples/sync.mjs http://127.0.0.1:8080 [COPY.jsonl] [--once]
import { writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const [base, ...files] = process.argv.slice(2).filter((argument) => argument !== '--once')
const PAGE = `query($since: Int!) { changes(since: $since, first: 100) {
  nodes { version totalCount changes(first: 100) { kind key relation from to line } } } }`

const ask = async (query, variables = {}) => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(new URL('/graphql', base), { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
  return response.json()
}
const name = (line) => line.node ?? [line.edge, line.from, line.to].join(' ')
const storeNow = async () => (await ask('{ graph { store } }')).data.graph.store

const whole = async () => {
  const store = await storeNow()
  const response = await fetch(new URL('/export.jsonl.gz', base))
  const lines = gunzipSync(Buffer.from(await response.arrayBuffer())).toString().trim().split('\n').map((line) => JSON.parse(line))
  const copy = new Map(lines.filter((line) => !line.format).map((line) => [name(line), line]))
  return { store, copy, version: Number(response.headers.get('x-graph-version')) }
}

// Applies a change set; says whether that can be done line by line.
const follow = (copy, { changes, totalCount }) => {
  for (const { kind, key, relation, from, to, line } of changes) {
    const at = key ?? [relation.toLowerCase(), from, to].join(' ')
    if (kind === 'MERGE_NODES') return false // it moves relations that it does not list
    else if (kind === 'DELETE_NODE') copy.get(at).retired = true
    else if (kind === 'DELETE_EDGE') copy.delete(at)
    else copy.set(at, JSON.parse(line))
  }
  return totalCount <= 100
}

// What became of a copy; nothing where it must be read anew: another log, one that no longer reaches back so far, or what cannot be
// followed line by line.
const changed = async ({ store, copy, version }) => {
  const { data, errors } = await ask(PAGE, { since: version })
  if (errors || (await storeNow()) !== store) return undefined
  const sets = data.changes.nodes
  return sets.every((set) => follow(copy, set)) ? { store, copy, version: sets.at(-1)?.version ?? version } : undefined
}

let state
for (;;) {
  try {
    state = (state && (await changed(state))) ?? (await whole())
    console.log(`version ${state.version}: ${state.copy.size} lines`)
    for (const file of files) writeFileSync(file, [...state.copy.values()].map((line) => JSON.stringify(line) + '\n').join(''))
    if (process.argv.includes('--once')) break
  } catch (error) {
    console.log(`later: ${error.message}`) // it does not answer, or asks to come back later
  }
  await new Promise((resolve) => setTimeout(resolve, 5000))
}
