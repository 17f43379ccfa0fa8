import { describe, expect, test } from 'vitest';
import { blank, read, whole, write } from './address';
import type { Reason } from './api/types';
import { tries } from './answers/Nothing';
import { replaced } from './answers/Trouble';
import { asCsv, fileName } from './dossier/dossier';
import { findPathways } from './graphiql/find';
import { dateWords, listed, plural, strengthWord } from './words';

describe('the address', () => {
  test('holds the question, readable', () => {
    const question = { ...blank('voies'), de: ['licence/svt'], a: 'job/journaliste', ou: 'Bretagne', rythme: 'ALTERNANCE' };
    expect(write(question)).toBe('?q=voies&de=licence/svt&a=job/journaliste&ou=Bretagne&rythme=alternance');
    expect(read(write(question))).toEqual(question);
  });
  test('reads names, several refs, and the version of a link', () => {
    expect(read('?q=manque&de=SVT&de=veille&a=journaliste&version=12')).toMatchObject({ q: 'manque', de: ['SVT', 'veille'], a: 'journaliste', version: 12 });
    expect(read('?q=comparer&parcours=a&parcours=b').de).toEqual(['a', 'b']);
    expect(read('?q=rien&n=-4')).toEqual(blank('voies'));
  });
  test('knows when the question is whole', () => {
    expect(['?q=voies&de=x', '?q=apres&de=x', '?q=comparer&de=x', '?q=candidater&a=x'].map((search) => whole(read(search)))).toEqual([false, true, false, true]);
  });
});

describe('what to try', () => {
  const question = { ...blank('voies'), de: ['licence/a'], a: 'job/b', ou: 'Bretagne' };
  const reason = (kind: string, more: Partial<Reason> = {}): Reason => ({ kind, message: '', entities: [], ...more });
  test('is a question for each reason that gives one', () => {
    expect(tries(reason('EXCLUDED', { filter: 'where.region' }), question)[0]!.question.ou).toBe('');
    expect(tries(reason('REVERSED'), question)[0]!.question).toMatchObject({ de: ['job/b'], a: 'licence/a' });
    expect(tries(reason('TRY_INSTEAD', { entities: [{ id: 'job/c', kind: 'JOB', name: 'C' }] }), question)[0]!.question.a).toBe('job/c');
    expect(tries(reason('BUDGET'), question)).toEqual([]);
  });
  test('replaces the name that the message quotes', () => {
    const choice = { id: 'licence/svt', kind: 'LICENCE' as const, name: 'SVT' };
    expect(replaced({ ...question, de: ['SVTT'] }, 'Rien ne porte le nom « SVTT ».', choice).de).toEqual(['licence/svt']);
    expect(replaced({ ...question, a: 'chirurgiene' }, 'Rien ne porte le nom « chirurgiene ».', { ...choice, id: 'job/x' })).toMatchObject({ de: ['licence/a'], a: 'job/x' });
    expect(replaced(question, 'Lieu inconnu', 'Rennes').ou).toBe('Rennes');
  });
});

test('a cell of the CSV is never a formula, and quotes are kept', () => {
  const table = { head: ['a', 'b'], rows: [['=1+1', 'dit "oui"; non'], [null, 0.5]] };
  expect(asCsv({ table } as never)).toBe('\uFEFFa;b\r\n\'=1+1;"dit ""oui""; non"\r\n;0,5\r\n');
  expect(fileName('De l’Été à Œuvre')).toMatch(/^passerelle-de-l-ete-a/);
});

test('words agree with numbers and dates', () => {
  expect([plural(0, 'voie'), plural(1, 'voie'), plural(2, 'voie')]).toEqual(['0 voie', '1 voie', '2 voies']);
  expect(listed(['a', 'b', 'c'])).toBe('a, b et c');
  expect([dateWords('2026-02-01'), dateWords('2025-09'), dateWords('2019'), dateWords(null)]).toEqual(['1er février 2026', 'septembre 2025', '2019', 'sans date']);
  expect([0.75, 0.45, 0.44].map(strengthWord)).toEqual(['bien attesté', 'attesté', 'peu attesté']);
});

test('pathways are found in any answer, and what cannot be drawn is said', () => {
  const end = (id: string) => ({ id, kind: 'JOB', name: id });
  const step = { from: end('a'), to: end('b'), relation: 'EVOLVES_TO', strength: 0.5 };
  expect(findPathways({ mes: { nodes: [{ steps: [step] }] }, autre: [{ best: { steps: [step] } }] }).pathways).toHaveLength(2);
  expect(findPathways({ pathways: { nodes: [{ steps: [{ strength: 0.5 }] }] } })).toEqual({ pathways: [], lacking: true });
  expect(findPathways({ master: { application: { steps: [{ name: 'Entretien' }] } } })).toEqual({ pathways: [], lacking: false });
});
