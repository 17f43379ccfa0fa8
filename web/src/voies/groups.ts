// Pathways of the same ends and the same kinds of stops that the sources don't set apart are one group: one box of the
// picture, one row of the table. Groups come in the API's order and lose no pathway.
import type { Kind, Pathway, University } from '../api/types';
import { plural, strengthWord, universityWords, type Word } from '../words';

export interface Group {
  key: string;
  /** The API's class; null where the answer has none. */
  class: number | null;
  pathways: Pathway[];
  /** A pathway holds as its weakest step, a group as its weakest pathway. */
  word: Word;
  /** What its best attested pathway holds as. */
  best: Word;
  title: string;
  where: string;
}

export const nodesOf = ({ steps }: Pathway) => steps.length ? [steps[0]!.from, ...steps.map((step) => step.to)] : [];

/** One string for a pathway, among those of an answer. */
export const pathwayKey = (pathway: Pathway) => nodesOf(pathway).map(({ id }) => id).join(' > ');

export const weakestStep = ({ steps }: Pathway) =>
  steps.reduce((weakest, step) => (step.strength < weakest.strength ? step : weakest), steps[0]!);

export const wordOf = (pathway: Pathway) => strengthWord(weakestStep(pathway).strength);

/** Where it can be studied: the hosts or awarding universities; what the API calls offers. */
export const universitiesOf = (pathway: Pathway): University[] =>
  pathway.offers?.edges.map(({ node }) => node) ?? (pathway.university ? [pathway.university] : []);

/** How many: `offers` holds a page of them. */
export const universityCount = (pathway: Pathway) => pathway.offers?.totalCount ?? universitiesOf(pathway).length;

export const parcoursOf = (pathway: Pathway) => nodesOf(pathway).find(({ kind }) => kind === 'PARCOURS') ?? null;

/** What distinguishes a pathway from its like: its parcours, else its master; and the jobs on the way. */
export function ownName(pathway: Pathway): string {
  const nodes = nodesOf(pathway);
  const master = nodes.find(({ kind }) => kind === 'MASTER');
  const diploma = parcoursOf(pathway)?.name ?? (master && `Master ${master.name}`);
  if (!diploma) return nodes.map(({ name }) => name).join(' → ');
  return [diploma, ...nodes.slice(1, -1).filter(({ kind }) => kind === 'JOB').map(({ name }) => name)].join(', puis ');
}

export function groups(pathways: Pathway[]): Group[] {
  const found = new Map<string, Pathway[]>();
  for (const pathway of pathways) {
    const nodes = nodesOf(pathway);
    const kinds = nodes.slice(1, -1).map(({ kind }) => kind);
    const key = pathway.class == null ? pathwayKey(pathway) : [pathway.class, nodes[0]?.id, ...kinds, nodes.at(-1)?.id].join(' ');
    found.set(key, [...(found.get(key) ?? []), pathway]);
  }
  return [...found].map(([key, members]) => {
    const strengths = members.map((pathway) => weakestStep(pathway).strength);
    return {
      key,
      class: members[0]!.class ?? null,
      pathways: members,
      word: strengthWord(Math.min(...strengths)),
      best: strengthWord(Math.max(...strengths)),
      title: members.length > 1 ? `${members.length} ${likes(members)} à égalité` : ownName(members[0]!),
      where: whereWords(members),
    };
  });
}

/** Several pathways by what sets them apart. */
function likes(members: Pathway[]) {
  const each = (kind: Kind) => new Set(members.map((pathway) => nodesOf(pathway).find((node) => node.kind === kind)?.id).filter(Boolean)).size === members.length;
  return each('PARCOURS') ? 'parcours' : each('MASTER') ? 'masters' : 'voies';
}

/** « 4 universités, 1 parcours sans université connue » */
export function whereWords(pathways: Pathway[]): string {
  const [only] = pathways;
  if (pathways.length === 1 && only) {
    const count = universityCount(only);
    const [first] = universitiesOf(only);
    if (count === 1 && first) return universityWords(first);
    return count ? `dans ${plural(count, 'université')}` : 'université non précisée par les sources';
  }
  const known = new Map(pathways.flatMap(universitiesOf).map((university) => [university.id, university]));
  const silent = pathways.filter((pathway) => universityCount(pathway) === 0).length;
  const [first] = known.values();
  const said = known.size === 1 && first ? universityWords(first) : plural(known.size, 'université');
  if (!known.size) return 'université non précisée par les sources';
  return silent ? `${said}, ${plural(silent, 'parcours', 'parcours')} sans université connue` : said;
}
