// Generated documents and variables, valid and not, judged by graphql-js and by the server: the same verdict, and answers of which
// graphql-js, executing the same document over the server's own data, makes the same bytes (nulls, keys and their order included).
//
//   node differential.mjs http://127.0.0.1:8080/graphql [COUNT] [SEED]
//
// What differs on purpose:
// - A whole number beyond 32 bits in a literal is INVALID_INPUT (a value out of bounds), where graphql-js calls it invalid.
// - Requests over our limits are TOO_COMPLEX; graphql-js has none. They are counted and may be few.
// - Null for the condition of a directive or for the one field of a oneOf, through a variable, is INVALID_INPUT for the whole
//   request: a question half understood is not answered.
// - A second anonymous operation, a doubled name or no operation at all is refused while reading, with the code of validation.
import { buildSchema, parse, validate, execute, getNamedType, isObjectType, isInterfaceType, isLeafType, isEnumType,
  isInputObjectType, isListType, isNonNullType, isRequiredArgument, isRequiredInputField, specifiedRules } from 'graphql'
import { getVariableValues } from 'graphql/execution/values.js'

const [url, count = '600', seed = '1'] = process.argv.slice(2)
const sdl = await (await fetch(new URL('/schema.graphql', url))).text()
const schema = buildSchema(sdl)
// Our scalars are written as texts, which the language of schemas has no way to say.
for (const name of ['Ref', 'DateTime', 'PartialDate']) {
  const text = (value) => {
    if (typeof value !== 'string') throw new TypeError(`${name} is written as a text`)
    return value
  }
  Object.assign(schema.getType(name), { parseValue: text, parseLiteral: (node) => text(node.kind === 'StringValue' ? node.value : null) })
}

let state = Number(seed) >>> 0
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0
  let t = Math.imul(state ^ (state >>> 15), state | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const below = (n) => Math.floor(random() * n)
const pick = (list) => list[below(list.length)]
const maybe = (chance) => random() < chance

const REFS = ['SVT', 'IMST', 'JET', 'journaliste environnemental', 'Caen', 'info-com', 'veille', 'doctorat', 'rien du tout']
const TEXTS = ['science', 'm\\u00e9diateur', 'a', 'jou\\u{72}nal', '\\ud83c\\udf93 licence']
const IDS = ['job/journaliste-environnemental', 'source/thotis-imst', 'job/none', 'licence/sciences-de-la-vie-et-de-la-terre']

// A document under construction: its variables and fragments.
const start = () => ({ variables: [], values: {}, fragments: [], depth: 0 })

const scalar = (type, name) => {
  if (isEnumType(type)) return [pick(type.getValues()).name, (v) => v]
  switch (type.name) {
    case 'Int': return [below(4)]
    case 'Float': return [pick([0, 0.25, 1])]
    case 'Boolean': return [maybe(0.5)]
    case 'ID': return [pick(IDS), JSON.stringify]
    case 'Ref': return [pick(REFS), JSON.stringify]
    default: return [name === 'after' || name === 'before' ? 'bm90LWE' : pick(TEXTS), (v) => `"${v}"`]
  }
}

// A value of a type: its literal and its JSON.
const value = (doc, type, name, literal, deep = 0) => {
  if (isNonNullType(type)) return value(doc, type.ofType, name, literal, deep)
  if (isListType(type)) {
    if (maybe(0.3)) return value(doc, type.ofType, name, literal, deep)
    const items = Array.from({ length: 1 + below(2) }, () => value(doc, type.ofType, name, literal, deep))
    return { text: `[${items.map((one) => one.text).join(', ')}]`, json: items.map((one) => one.json) }
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields())
    let chosen = fields.filter((field) => isRequiredInputField(field) || (deep < 2 && maybe(0.2)))
    if (type.isOneOf || type.astNode?.directives?.some((d) => d.name.value === 'oneOf')) chosen = [pick(fields)]
    const parts = chosen.map((field) => [field.name, literal ? given(doc, field, deep + 1) : value(doc, field.type, field.name, false, deep + 1)])
    return {
      text: `{${parts.map(([key, one]) => `${key}: ${one.text}`).join(', ')}}`,
      json: Object.fromEntries(parts.map(([key, one]) => [key, one.json])),
    }
  }
  const [json, write] = scalar(type, name)
  // What a literal writes with escapes is, in JSON, the text itself.
  const plain = typeof json === 'string' && write && !isEnumType(type) && type.name === 'String' ? TEXT(json) : json
  return { text: write ? write(json) : String(json), json: plain }
}
const TEXT = (text) => text.replace(/\\u\{([0-9a-f]+)\}|\\u([0-9a-f]{4})/gi, (_, a, b) => String.fromCharCode(...(a ? [parseInt(a, 16)] : [parseInt(b, 16)])))

// What an argument or input field is given: a literal, or a variable, which may have a default, a value, null or nothing.
const given = (doc, definition, deep = 0) => {
  if (!maybe(0.35)) return value(doc, definition.type, definition.name, true, deep)
  const name = `v${doc.variables.length}`
  const required = isNonNullType(definition.type) && definition.defaultValue === undefined
  let type = String(definition.type)
  if (!required && maybe(0.5)) type = type.replace(/!$/, '')
  const byDefault = maybe(0.3) ? ` = ${value(doc, definition.type, definition.name, false, deep).text}` : ''
  doc.variables.push(`$${name}: ${type}${byDefault}`)
  if (required ? !byDefault || maybe(0.7) : maybe(0.6)) doc.values[name] = value(doc, definition.type, definition.name, false, deep).json
  else if (!type.endsWith('!') && maybe(0.5)) doc.values[name] = null
  return { text: `$${name}`, json: null }
}

const condition = (doc) => {
  if (maybe(0.6)) return String(maybe(0.5))
  const name = `v${doc.variables.length}`
  const byDefault = maybe(0.5)
  doc.variables.push(`$${name}: Boolean${byDefault ? ' = ' + maybe(0.5) : '!'}`)
  if (!byDefault || maybe(0.5)) doc.values[name] = maybe(0.5)
  return `$${name}`
}
const directive = (doc) => (maybe(0.12) ? ` @${pick(['skip', 'include'])}(if: ${condition(doc)})` : '')

const field = (doc, definition, depth) => {
  const wanted = definition.args.filter((arg) => isRequiredArgument(arg) || maybe(arg.name === 'first' ? 0.7 : 0.12))
  const args = wanted.map((arg) => {
    if (arg.name === 'first' && !maybe(0.3)) return `first: ${1 + below(3)}`
    return `${arg.name}: ${given(doc, arg).text}`
  })
  const alias = args.length || maybe(0.1) ? `a${below(1e6)}: ` : ''
  const named = getNamedType(definition.type)
  const inner = isLeafType(named) ? '' : ` ${selection(doc, named, depth - 1)}`
  return `${alias}${definition.name}${args.length ? `(${args.join(', ')})` : ''}${directive(doc)}${inner}`
}

// Fragments on narrower types, mostly on those of which the data are asked: one alone, or a condition twice around another that
// applies too, and keys under two conditions, in another order.
const conditions = (doc, type) => {
  const possible = schema.getPossibleTypes(type)
  const likely = possible.filter((one) => ['Job', 'Licence', 'Master'].includes(one.name))
  const [one, other] = [0, 1].map(() => pick(likely.length && maybe(0.7) ? likely : possible))
  const wider = pick(one.getInterfaces())
  const on = (condition, body) => `... on ${condition.name}${directive(doc)} { ${body} }`
  const leaves = (of) => Object.values(of.getFields()).filter((f) => isLeafType(getNamedType(f.type)) && !f.args.length)
  const leaf = (of) => `b${below(1e6)}: ${pick([...leaves(of).map((f) => f.name), '__typename'])}`
  if (maybe(0.4)) return [on(one, leaf(one))]
  const objects = Object.values(one.getFields()).filter((f) => !f.args.length && getNamedType(f.type).getFields)
  const [shared, p, q, key] = [objects.length ? pick(objects) : undefined, ...['p', 'q', 's'].map((letter) => letter + below(1e6))]
  const again = () => (shared ? `${key}: ${shared.name} { __t: __typename ${leaf(getNamedType(shared.type))} }` : leaf(one))
  return [
    on(one, `${p}: __typename ${again()} ${q}: __typename`),
    on(wider, `${leaf(wider)} ${on(one, again())}`),
    on(other, `${q}: __typename ${leaf(other)} ${p}: __typename`),
    on(one, `${leaf(one)} ${again()}`),
  ]
}

const selection = (doc, type, depth) => {
  // The types of objects are asked for, so that graphql-js can follow the answer.
  const parts = [type === schema.getQueryType() ? '' : '__t: __typename']
  // A union has no fields of its own.
  if (!type.getFields) return '{ __t: __typename }'
  const fields = Object.values(type.getFields()).filter((one) => !one.name.startsWith('_') && (depth > 0 || isLeafType(getNamedType(one.type))))
  if (!fields.length) return '{ __t: __typename }'
  const many = 1 + below(3)
  for (let n = 0; n < many; n += 1) {
    const one = () => field(doc, pick(fields), depth)
    const kind = random()
    if (isInterfaceType(type) && maybe(0.3)) parts.push(...conditions(doc, type))
    else if (kind < 0.7) parts.push(one())
    else if (kind < 0.8) parts.push(`...${directive(doc)} { ${one()} }`)
    else if (kind < 0.9) {
      const name = `F${doc.fragments.length}`
      doc.fragments.push('')
      doc.fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} { ${one()} }`
      parts.push(`...${name}${directive(doc)}`)
    } else parts.push('__typename' + directive(doc))
  }
  return `{ ${parts.filter(Boolean).join(' ')} }`
}

const generated = () => {
  const doc = start()
  const body = selection(doc, schema.getQueryType(), 3)
  const variables = doc.variables.length ? `(${doc.variables.join(', ')})` : ''
  return { query: `query Q${variables} ${body} ${doc.fragments.join(' ')}`, variables: doc.values }
}

// Ways of making a document or its variables wrong, or only unusual.
const twists = [
  (d) => ({ ...d, query: d.query.replace(/\{ /, '{ nope ') }),
  (d) => ({ ...d, query: d.query.replace(/\(if: \w+\)/, '') }),
  (d) => ({ ...d, query: d.query.replace(/ \}/, ' __typename @nope }') }),
  (d) => ({ ...d, query: d.query.replace(/ \}/, ' __typename(x: 1) }') }),
  (d) => ({ ...d, query: d.query.replace(/ \}/, ' __typename @skip }') }),
  (d) => ({ ...d, query: d.query.replace(/ \}/, ' __typename @skip(if: true) @skip(if: true) }') }),
  (d) => ({ ...d, query: d.query.replace(/query Q/, 'query Q ') + ' fragment Unused on Job { id }' }),
  (d) => ({ ...d, query: d.query.replace(/\((\$[^)]*)\) \{/, '($1, $unused: Int) {') }),
  (d) => ({ ...d, query: d.query.replace(/first: \d/, 'first: $missing') }),
  (d) => ({ ...d, query: d.query.replace(/first: \d/, 'first: "2"') }),
  (d) => ({ ...d, query: d.query.replace(/first: \d/, 'first: 1, first: 1') }),
  (d) => ({ ...d, query: d.query.replace(/first: \d/, 'first: 1.5') }),
  (d) => ({ ...d, query: d.query.replace(/ref: "[^"]*"/, pick(['ref: 5', 'ref: SVT', 'ref: ["SVT"]', 'ref: {a: 1}'])) }),
  (d) => ({ ...d, query: d.query.replace(/first: \d/, 'nope: 1') }),
  (d) => ({ ...d, query: d.query.replace(/first: \d/, 'where: {nameContains: "a", nameContains: "b"}') }),
  (d) => ({ ...d, query: d.query.replace(/: (Int|Ref|String|Boolean)\b/, ': ID') }),
  (d) => ({ ...d, query: d.query.replace(/\$v0: (\S+?)!/, '$v0: $1') }),
  (d) => ({ ...d, query: d.query.replace(/(\$v\d+: [^ ,)!=]+)(?=[,)])/, '$1 = null') }),
  (d) => ({ ...d, query: d.query.replace(/ \}/, ' x: id x: name }') }),
  (d) => ({ ...d, query: d.query.replace(/\{ /, '{ job(ref: "a") { id } job(ref: "b") { id } ') }),
  (d) => ({ ...d, query: d.query.replace(/\{ /, '{ search(text: "a", kinds: ["JOB"]) { totalCount } ') }),
  (d) => ({ ...d, query: d.query.replace(/\{ /, '{ graph { version { x } } ') }),
  (d) => ({ ...d, query: d.query.replace(/\{ /, '{ graph ') }),
  (d) => ({ ...d, query: d.query.replace(/\{ /, '{ job(ref: "a") { ... on Licence { id } } ') }),
  (d) => ({ ...d, query: d.query.replace(/\{ /, '{ ...Missing ') }),
  (d) => ({ ...d, query: d.query + ' fragment L on Job { ...L }' }),
  (d) => ({ ...d, query: d.query.slice(0, below(d.query.length)) }),
  (d) => ({ ...d, query: d.query.replace(/"[^"]*"/, '"\\ud83c"') }),
  (d) => ({ ...d, query: d.query.replace(/"[^"]*"/, '"""bloc\n  de texte"""') }),
  (d) => ({ ...d, query: `"Une description" ${d.query}`, described: true }),
  (d) => ({ ...d, variables: {} }),
  (d) => ({ ...d, variables: Object.fromEntries(Object.keys(d.variables).map((key) => [key, null])) }),
  (d) => ({ ...d, variables: Object.fromEntries(Object.keys(d.variables).map((key) => [key, { x: 1 }])) }),
  (d) => ({ ...d, variables: Object.fromEntries(Object.keys(d.variables).map((key) => [key, 'NOPE'])) }),
  (d) => ({ ...d, variables: { ...d.variables, other: [1, { a: null }] } }),
]

const judged = ({ query, variables, described }) => {
  let document
  try {
    document = parse(described ? query.replace('"Une description" ', '') : query)
  } catch {
    return ['parse']
  }
  if (validate(schema, document, specifiedRules).length) return ['validation']
  const operation = document.definitions.find((one) => one.kind === 'OperationDefinition')
  if (getVariableValues(schema, operation.variableDefinitions ?? [], variables).errors) return ['variables']
  return ['executed', document]
}

const asked = async ({ query, variables }) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query, variables }),
  })
  const body = await response.json()
  if ('data' in body) return ['executed', body]
  const code = body.errors[0].extensions.code
  const verdict = { GRAPHQL_PARSE_FAILED: 'parse', GRAPHQL_VALIDATION_FAILED: 'validation', INVALID_INPUT: 'variables' }[code]
  return [verdict ?? code, body]
}

const tally = {}
const faults = []
for (let n = 0; n < Number(count); n += 1) {
  let request = generated()
  if (maybe(0.5)) request = pick(twists)(request)
  const [[expected, document], [found, body]] = [judged(request), await asked(request)]
  if (['TOO_COMPLEX', 'TIMEOUT', 'OVERLOADED', 'RATE_LIMITED'].includes(found)) {
    tally[found] = (tally[found] ?? 0) + 1
    continue
  }
  // On purpose: null for the condition of a directive, and null for the one field of a oneOf, is refused as a bad value before
  // anything is executed; graphql-js says it field by field.
  if (found === 'variables' && /doit être vrai ou faux|donnez exactement un champ/.test(body.errors[0].message)) {
    tally.OnPurpose = (tally.OnPurpose ?? 0) + 1
    continue
  }
  tally[expected] = (tally[expected] ?? 0) + 1
  // A missing name of a variable's value may show in either of the two last steps.
  if (found !== expected) {
    faults.push({ expected, found, request, body })
  } else if (expected === 'executed' && body.data) {
    const again = await execute({
      schema, document, rootValue: body.data, variableValues: request.variables,
      fieldResolver: (source, _args, _context, info) => source[info.path.key],
      typeResolver: (source) => source.__t,
    })
    if (again.errors || JSON.stringify(again.data) !== JSON.stringify(body.data)) {
      faults.push({ expected: again, found: body, request })
    }
  }
}
for (const fault of faults.slice(0, 10)) console.error(JSON.stringify(fault, null, 1).slice(0, 3000), '\n')
console.log(`${count} requests, seed ${seed}:`, JSON.stringify(tally), `${faults.length} differ`)
const judgedTotal = Object.entries(tally).filter(([name]) => name === name.toLowerCase()).reduce((sum, [, n]) => sum + n, 0)
if (judgedTotal < Number(count) * 0.8) {
  console.error('too many requests could not be compared')
  process.exit(1)
}
process.exit(faults.length ? 1 : 0)
