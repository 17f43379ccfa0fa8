import { describe, expect, test } from 'vitest';
import type { Ent, Kind, Pathway, Step } from '../api/types';
import { groups, ownName, pathwayKey, whereWords } from './groups';
import { picture } from './picture';
import { sentence } from './sentence';

const ent = (id: string): Ent => ({ id, kind: id.split('/')[0]!.toUpperCase() as Kind, name: id.split('/')[1]!.toUpperCase() });
const step = (from: string, to: string, strength: number): Step => ({ from: ent(from), to: ent(to), relation: 'LEADS_TO', strength, evidence: [] });

/** A pathway along ids, each step as strong as said. */
function pathway(ids: string[], strengths: number[], more: Partial<Pathway> = {}): Pathway {
  return { steps: ids.slice(1).map((id, index) => step(ids[index]!, id, strengths[index]!)), ...more };
}

const offers = (...names: string[]) => ({ totalCount: names.length, edges: names.map((name) => ({ node: { id: `university/${name}`, name } })) });

const jet = pathway(['licence/svt', 'master/imst', 'parcours/jet', 'job/j'], [0.7, 1, 0.9], { class: 1, offers: offers('Nice') });
const ehst = pathway(['licence/svt', 'master/imst', 'parcours/ehst', 'job/j'], [0.7, 1, 0.5], { class: 2, offers: offers('Lyon') });
const eiso = pathway(['licence/svt', 'master/imst', 'parcours/eiso', 'job/j'], [0.7, 1, 0.4], { class: 2, offers: offers() });
const histoire = pathway(['licence/svt', 'master/histoire', 'job/j'], [0.7, 0.5], { class: 2, offers: offers('Nice', 'Lyon') });
const all = [jet, ehst, eiso, histoire];

describe('groups', () => {
  test('are of one class and one way but for the parcours', () => {
    expect(groups(all).map((group) => group.pathways.map(pathwayKey).length)).toEqual([1, 2, 1]);
    expect(groups(all).map(({ title }) => title)).toEqual(['JET', '2 parcours à égalité', 'Master HISTOIRE']);
  });
  test('hold several masters, and say from which strength to which', () => {
    const masters = ['a', 'b', 'c', 'd'].map((name, index) => pathway(['licence/svt', `master/${name}`, 'job/j'], [0.7, index ? 0.4 : 0.6], { class: 1, offers: offers('Nice') }));
    const [group, ...others] = groups(masters);
    expect(others).toEqual([]);
    expect([group!.title, group!.where, group!.word, group!.best]).toEqual(['4 masters à égalité', 'Nice', 'peu attesté', 'attesté']);
    const [, middle] = picture([group!]).layers;
    expect(middle!.boxes.map(({ nodes }) => nodes?.map(({ id }) => id))).toEqual([['master/a', 'master/b', 'master/c', 'master/d']]);
    expect(picture([group!]).links).toHaveLength(3);
  });
  test('name pathways by the jobs on the way', () => {
    expect(ownName(pathway(['licence/svt', 'master/a', 'job/i', 'job/j'], [0.7, 0.5, 0.5]))).toBe('Master A, puis I');
  });
  test('lose no pathway and keep the order', () => {
    expect(groups(all).flatMap((group) => group.pathways)).toEqual(all);
  });
  test('without classes each pathway stands alone', () => {
    expect(groups([ehst, eiso].map((one) => ({ ...one, class: null })))).toHaveLength(2);
  });
  test('tell where, and what no source tells', () => {
    expect(whereWords([ehst, eiso])).toBe('Lyon, 1 parcours sans université connue');
    expect(whereWords([histoire])).toBe('dans 2 universités');
    expect(whereWords([eiso])).toBe('université non précisée par les sources');
  });
  test('hold as their weakest step', () => {
    expect(groups(all).map(({ word }) => word)).toEqual(['attesté', 'peu attesté', 'attesté']);
    expect(groups([eiso])[0]!.word).toBe('peu attesté');
  });
});

describe('the picture', () => {
  const drawn = picture(groups(all));
  test('has a layer for each kind of stop', () => {
    expect(drawn.layers.map(({ title }) => title)).toEqual(['Licence', 'Master', 'Parcours ou universités', 'Métier']);
    expect(drawn.layers.map(({ boxes }) => boxes.length)).toEqual([1, 2, 3, 1]);
  });
  test('shows each node of each pathway once', () => {
    const shown = drawn.layers.flatMap(({ boxes }) => boxes.flatMap(({ node, group }) => node?.id ?? group!.pathways.flatMap(({ steps }) => steps.map(({ to }) => to).filter(({ kind }) => kind === 'PARCOURS').map(({ id }) => id))));
    const named = new Set(all.flatMap(({ steps }) => steps.flatMap(({ from, to }) => [from.id, to.id])));
    expect(shown.toSorted()).toEqual([...named].toSorted());
  });
  test('links no further than a step does, by its weakest', () => {
    expect(drawn.links).toHaveLength(8);
    const weak = drawn.links.find(({ from, to }) => from.includes('ehst') || (from.startsWith('group 2') && to.includes('job/j')));
    expect(weak?.word ?? 'peu attesté').toBe('peu attesté');
    expect(drawn.links.filter(({ word }) => word === null)).toHaveLength(1); // the universities of the master
  });
  test('keeps a job on the way and the job at the end apart', () => {
    const moved = pathway(['master/m', 'job/a', 'job/b'], [0.9, 0.5], { class: 1, offers: offers('Nice') });
    expect(picture(groups([moved])).layers.map(({ boxes }) => boxes.map(({ node }) => node?.id ?? 'group'))).toEqual([['master/m'], ['group'], ['job/a'], ['job/b']]);
  });
});

describe('the sentence', () => {
  test('says counts, masters, universities and the best', () => {
    expect(sentence({ nodes: all, totalCount: { value: 4, exact: true }, exhaustive: true })).toBe('4 voies, par 2 masters, dans 2 universités. La mieux attestée : JET, Nice.');
  });
  test('says of what is not all that it is not', () => {
    expect(sentence({ nodes: [jet, ehst], totalCount: { value: 4, exact: true } })).toMatch(/^4 voies ; les 2 premières passent par le master IMST, dans 2 universités\. /);
    expect(sentence({ nodes: [jet], totalCount: { value: 50, exact: false } })).toMatch(/^Au moins 50 voies/);
  });
  test('names no single best where the sources set none apart', () => {
    expect(sentence({ nodes: [ehst, histoire], totalCount: { value: 2, exact: true } })).toContain('Les 2 mieux attestées, à égalité : EHST et Master HISTOIRE.');
  });
});
