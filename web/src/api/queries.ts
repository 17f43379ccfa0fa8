// The documents that the questions send; `npm test` validates each against schema.graphql.

const ENTITY = 'id kind name';
const SOURCE = 'id name publisher date url licence';
const ACCESS = `regulated access diplomas accessSources { ${SOURCE} }`;
const UNIVERSITY = 'id name place { city region }';

export const SEARCH = `query Completer($texte: String!, $natures: [EntityKind!]) {
  search(text: $texte, kinds: $natures, first: 8) {
    edges { matched node { ${ENTITY} ... on Parcours { university { name } } } }
  }
}`;

export const NAMES = `query Noms($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Entity { ${ENTITY} } ... on Parcours { university { ${UNIVERSITY} } } }
}`;

export const PLACES = `query Lieux($suite: String) {
  allUniversities(first: 100, after: $suite) { nodes { place { city region } } pageInfo { hasNextPage endCursor } }
}`;

/** Without the comments, which are for the reader of GraphiQL. */
export const VOIES = `query Voies($de: [Ref!]!, $a: [Ref!]!, $ou: PathwayFilter, $premieres: Int = 20) {
  pathways(from: $de, to: $a, where: $ou, first: $premieres) {
    totalCount { value exact }
    exhaustive
    asked { ref role matched note entities { ${ENTITY} } }
    from { ${ENTITY} }
    to { ${ENTITY} ... on Job { ${ACCESS} } }
    nodes {
      score
      class
      steps {
        from { ${ENTITY} }
        relation
        to { ${ENTITY} }
        strength
        evidence { kind strength skills { ${ENTITY} } sources { ${SOURCE} } }
      }
      master { ${ENTITY} }
      parcours { ${ENTITY} }
      university { ${UNIVERSITY} }
      offers(first: 100) { totalCount edges { entry modalities node { ${UNIVERSITY} } } }
      access { regulated text diplomas sources { ${SOURCE} } }
      weakest { kind strength }
    }
    diagnosis { message reasons { kind message filter entities { ${ENTITY} } } }
  }
  graph { version }
}`;

/** What a word means and what must be known of it, beside the record that was chosen for it. */
export const WORD = `query Mot($a: Ref!, $dit: Ref!) {
  pathways(from: [$a], to: [$a, $dit], first: 1, maxSteps: 1, skipUnknown: true) {
    asked { ref role matched note entities { ${ENTITY} } }
  }
}`;

/** The skills of one pathway: asked for when it is chosen, since a job may require hundreds. */
export const SKILLS = `query Competences($de: [Ref!]!, $a: [Ref!]!, $via: [Ref!], $ou: PathwayFilter, $etapes: Int!) {
  pathways(from: $de, to: $a, via: $via, where: $ou, maxSteps: $etapes, first: 20) {
    nodes {
      steps { from { id } to { id } }
      skillsGained { ${ENTITY} }
      skillsMissing { ${ENTITY} }
    }
  }
}`;

const REACHED = `totalCount edges { score node { ${ENTITY} } best { steps { from { ${ENTITY} } to { ${ENTITY} } relation strength evidence { kind strength sources { ${SOURCE} } } } } }`;

export const APRES = `query Apres($de: [Ref!], $ou: PathwayFilter, $premiers: Int = 12) {
  masters: reachable(from: $de, kind: MASTER, where: $ou, first: $premiers) { ${REACHED} }
  metiers: reachable(from: $de, kind: JOB, where: $ou, first: $premiers) { ${REACHED} }
  etudes: reachable(from: $de, kind: STUDY, where: $ou, first: $premiers) { ${REACHED} }
  licences: reachable(from: $de, kind: LICENCE, where: $ou, first: $premiers) { ${REACHED} }
  graph { version }
}`;

const CLOSING = `atLeast exact items { entity { ${ENTITY} ... on Parcours { university { ${UNIVERSITY} } } } skills { ${ENTITY} } } uncovered { ${ENTITY} }`;

export const MANQUE = `query Manque($de: [Ref!]!, $a: Ref!) {
  skillGap(have: $de, target: $a) {
    target { ${ENTITY} ${ACCESS} }
    coverage
    held { weight skill { ${ENTITY} } sources { ${SOURCE} } }
    missing { weight skill { ${ENTITY} } sources { ${SOURCE} } }
    unknown { ${ENTITY} }
    courses { ${CLOSING} }
    parcours { ${CLOSING} }
  }
  graph { version }
}`;

export const COMPARER = `query Comparer($de: [Ref!]!) {
  compare(parcours: $de) {
    parcours { ${ENTITY} university { ${UNIVERSITY} } }
    rows {
      aspect label same common { ${ENTITY} }
      cells { known inherited values entities { ${ENTITY} } unlike { ${ENTITY} } sources { ${SOURCE} } }
    }
  }
  graph { version }
}`;

const SKILLS_TAUGHT = `skills(first: 100) { totalCount edges { weight node { ${ENTITY} } sources { ${SOURCE} } } }`;
const COURSES = `courses(first: 100) { totalCount edges { node { ${ENTITY} } sources { ${SOURCE} } } }`;
const FACTS = `
  application { platform steps { name note required } documents { name note required } sources { ${SOURCE} } }
  admission { session phase capacity applications ranked offered admitted lastRank rate { value low high counted } row source { ${SOURCE} } }
  admissionUnavailable
  internships { year monthsMin monthsMax compulsory note sources { ${SOURCE} } }
  profile projects thesis
  ${COURSES}
  ${SKILLS_TAUGHT}
  sources { ${SOURCE} }`;

export const CANDIDATER = `query Candidater($a: Ref!) {
  entity(ref: $a) {
    ${ENTITY}
    ... on Master { ${FACTS} universities(first: 100) { totalCount edges { entry node { ${UNIVERSITY} } } } }
    ... on Parcours { ${FACTS} university { ${UNIVERSITY} } master { ${ENTITY} ${FACTS} } }
  }
  graph { version }
}`;

const OUTLETS = `jobs(first: 100) { totalCount edges { node { ${ENTITY} } sources { ${SOURCE} } } } studies(first: 100) { totalCount edges { node { ${ENTITY} } sources { ${SOURCE} } } }`;

/** For masters, which `compare` does not take, alone or beside parcours. */
export const FICHES = `query Fiches($de: [ID!]!) {
  nodes(ids: $de) {
    ... on Entity { ${ENTITY} }
    ... on Master { ${FACTS} ${OUTLETS} modalities languages ects universities(first: 1) { totalCount } }
    ... on Parcours { ${FACTS} ${OUTLETS} modalities languages ects university { ${UNIVERSITY} } }
  }
  graph { version }
}`;

/** What the student already has: the skills that a diploma develops, or the skill itself. */
export const HELD = `query Acquis($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Entity { ${ENTITY} }
    ... on Master { ${SKILLS_TAUGHT} }
    ... on Parcours { ${SKILLS_TAUGHT} }
    ... on Course { ${SKILLS_TAUGHT} }
  }
}`;
