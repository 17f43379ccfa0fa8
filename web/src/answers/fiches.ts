// Masters and parcours side by side from their records: what `compare` gives for parcours alone, said of each record itself.
import type { Ent, University } from '../api/types';
import { unique } from '../dossier/dossier';
import { modalityWords, plural, universityWords } from '../words';
import type { Facts, List } from './Candidater';
import type { Cell, Compared } from './Comparer';

export interface Fiche extends Facts {
  jobs: List;
  studies: List;
  modalities: string[];
  languages: string[];
  ects: number | null;
  university?: University | null;
  universities?: { totalCount: number };
}

type Said = { values: string[] } | { list: List };

const maybe = (value: string | null | undefined): Said => ({ values: value ? [value] : [] });

const months = (min: number | null, max: number | null) => (min === null ? '' : min === max || max === null ? ` : ${min} mois` : ` : ${min} à ${max} mois`);

const ASPECTS: [string, string, (fiche: Fiche) => Said][] = [
  ['UNIVERSITY', 'Université', ({ kind, university, universities }) => maybe(kind === 'MASTER' ? (universities?.totalCount ? `mention nationale : ${plural(universities.totalCount, 'université')}` : 'mention nationale') : university && universityWords(university))],
  ['MODALITIES', 'Modalités', ({ modalities }) => ({ values: modalities.map(modalityWords) })],
  ['LANGUAGES', 'Langues', ({ languages }) => ({ values: languages })],
  ['CREDITS', 'Crédits ECTS', ({ ects }) => maybe(ects?.toString())],
  ['COURSES', 'Enseignements', ({ courses }) => ({ list: courses })],
  ['SKILLS', 'Compétences', ({ skills }) => ({ list: skills })],
  ['INTERNSHIPS', 'Stages', ({ internships }) => ({ values: internships.map(({ year, monthsMin, monthsMax }) => `${year}${months(monthsMin, monthsMax)}`) })],
  ['THESIS', 'Mémoire', ({ thesis }) => maybe(thesis)],
  ['JOBS', 'Métiers', ({ jobs }) => ({ list: jobs })],
  ['STUDIES', 'Poursuites d’études', ({ studies }) => ({ list: studies })],
];

export function sideBySide(fiches: Fiche[]): Compared {
  const rows = ASPECTS.map(([aspect, label, say]) => {
    const said = fiches.map(say);
    const entities = said.map((one): Ent[] => ('list' in one ? one.list.edges.map(({ node }) => node) : []));
    const common = (entities[0] ?? []).filter(({ id }) => entities.every((list) => list.some((node) => node.id === id)));
    const cells = said.map((one, index): Cell => {
      const values = 'values' in one ? one.values : [];
      return {
        known: values.length > 0 || entities[index]!.length > 0,
        inherited: false,
        values,
        entities: entities[index]!,
        unlike: entities[index]!.filter(({ id }) => !common.some((node) => node.id === id)),
        sources: 'list' in one ? unique(one.list.edges.flatMap(({ sources }) => sources)) : fiches[index]!.sources,
      };
    });
    const heard = cells.map(({ values, entities: list }) => JSON.stringify([values, list.map(({ id }) => id).toSorted()]));
    return { aspect, label, same: new Set(heard).size === 1, common, cells };
  });
  return { parcours: fiches, rows };
}
