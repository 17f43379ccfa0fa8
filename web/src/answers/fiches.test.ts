import { expect, test } from 'vitest';
import { type Fiche, sideBySide } from './fiches';

const list = (...names: string[]) => ({ totalCount: names.length, edges: names.map((name) => ({ node: { id: `skill/${name}`, kind: 'SKILL' as const, name }, sources: [{ id: `source/${name}`, name }] })) });
const fiche = (id: string, more: Partial<Fiche>): Fiche => ({
  id, kind: 'MASTER', name: id, application: null, admission: [], admissionUnavailable: null, internships: [], profile: null, projects: null,
  thesis: null, courses: list(), skills: list(), jobs: list(), studies: list(), modalities: [], languages: [], ects: 120, sources: [], ...more,
});

test('records side by side: what is alike, what differs, what no source says', () => {
  const { rows } = sideBySide([fiche('master/a', { skills: list('veille', 'image') }), fiche('master/b', { skills: list('image'), thesis: 'oui' })]);
  const row = (aspect: string) => rows.find((one) => one.aspect === aspect)!;
  expect(row('CREDITS')).toMatchObject({ same: true, cells: [{ values: ['120'] }, { values: ['120'] }] });
  expect(row('SKILLS').same).toBe(false);
  expect(row('SKILLS').common.map(({ name }) => name)).toEqual(['image']);
  expect(row('SKILLS').cells.map(({ unlike }) => unlike.map(({ name }) => name))).toEqual([['veille'], []]);
  expect(row('THESIS').cells.map(({ known }) => known)).toEqual([false, true]);
  expect(row('SKILLS').cells[0]!.sources.map(({ id }) => id)).toEqual(['source/veille', 'source/image']);
});
