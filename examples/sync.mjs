// A copy of the graph that stays current: the whole of it once, then what changed. Node 20 or later, nothing else.
//
//   node examples/sync.mjs http://127.0.0.1:8080 [--once]
import { gunzipSync } from 'node:zlib'

const [base, once] = [process.argv[2], process.argv.includes('--once')]
const PAGE = `query($since: Int!) { graph { store } changes(since: $since, first: 100) {
  nodes { version totalCount changes(first: 100) { key relation from to line } } } }`

const ask = async (query, variables = {}) => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(new URL('/graphql', base), { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
  const { data, errors } = await response.json()
  if (errors) throw new Error(errors[0].message)
  return data
}

const name = (line) => line.node ?? [line.edge, line.from, line.to].join(' ')
const whole = async () => {
  const response = await fetch(new URL('/export.jsonl.gz', base))
  const lines = gunzipSync(Buffer.from(await response.arrayBuffer())).toString().trim().split('\n').map((line) => JSON.parse(line))
  const copy = new Map(lines.filter((line) => !line.format).map((line) => [name(line), line]))
  return { copy, version: Number(response.headers.get('x-graph-version')) }
}

let { store } = (await ask('{ graph { store } }')).graph
let { copy, version } = await whole()
for (;;) {
  console.log(`version ${version}: ${copy.size} lines`)
  if (once) break
  await new Promise((resolve) => setTimeout(resolve, 5000))
  const { graph, changes } = await ask(PAGE, { since: version })
  // Another store, or a set too long to read by hand: begin anew.
  if (graph.store !== store || changes.nodes.some((set) => set.totalCount > 100)) {
    ;({ copy, version } = await whole())
    store = graph.store
    continue
  }
  for (const set of changes.nodes) {
    for (const { key, relation, from, to, line } of set.changes) {
      const at = key ?? [relation.toLowerCase(), from, to].join(' ')
      line ? copy.set(at, JSON.parse(line)) : copy.delete(at)
    }
    version = set.version
  }
}
