// Composes our subgraph with another by Apollo's own composition library, and asks what the composed schema must hold: a team
// that knows reviews of masters and internships of jobs extends both by their `id`.
//
// @apollo/composition and what it rests on are under the Elastic License 2.0: a tool of this check alone, never part of the
// program, the page or anything that is given away.
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const url = process.argv[2] ?? 'http://127.0.0.1:8080/graphql';
const ask = async (query, variables) => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
};

const { _service: { sdl } } = await ask('{ _service { sdl } }');
const reviews = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  type Query { latestReviews: [Review!]! }
  type Review { master: Master! stars: Int! }
  type Master @key(fields: "id") { id: ID! reviews: [Review!]! }
  type Job @key(fields: "id") { id: ID! internships: Int! }
`;
const { errors, supergraphSdl } = composeServices([
  { name: 'passerelle', url, typeDefs: parse(sdl) },
  { name: 'reviews', url: 'http://reviews.invalid/graphql', typeDefs: parse(reviews) },
]);
if (errors?.length) {
  for (const error of errors) console.error(error.message);
  process.exit(1);
}
const supergraph = parse(supergraphSdl);
const fields = (name) => {
  const type = supergraph.definitions.find((definition) => definition.name?.value === name && definition.fields);
  return type?.fields.map((field) => field.name.value) ?? [];
};
for (const [type, ...wanted] of [['Master', 'name', 'licences', 'reviews'], ['Job', 'skills', 'internships'], ['Query', 'pathways', 'latestReviews']]) {
  const missing = wanted.filter((field) => !fields(type).includes(field));
  if (missing.length) throw new Error(`the composed ${type} lacks ${missing}`);
}

// What a router would ask of us to join the two.
const lists = ['Licences', 'Masters', 'Parcours', 'Courses', 'Universities', 'Skills', 'Jobs', 'Sectors', 'Studies', 'Families'];
const some = await ask(`{ ${lists.map((all) => `all${all}(first: 1) { nodes { __typename id name } }`).join(' ')} }`);
const entities = Object.values(some).flatMap(({ nodes }) => nodes);
const representations = [...entities.map(({ __typename, id }) => ({ __typename, id })), { __typename: 'Job', id: 'job/none' }];
const { _entities } = await ask('query($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Entity { id name } } }', { r: representations });
const same = entities.every((entity, at) => JSON.stringify(entity) === JSON.stringify(_entities[at])) && _entities.at(-1) === null;
if (!same || entities.length < lists.length - 1) throw new Error(`_entities answers ${JSON.stringify(_entities)}`);
console.log(`composed: ${supergraphSdl.length} characters, ${entities.length} kinds joined by their keys`);
