// What the fields propose: records of the graph, and the places that it knows.
import { ask } from '../api/client';
import { PLACES, SEARCH } from '../api/queries';
import type { Ent, Kind, University } from '../api/types';
import { folded, kindName } from '../words';
import { remember } from './names';
import type { Provider } from './Field';

interface Found {
  search: { edges: { matched?: string; node: Ent & { university?: University | null } }[] };
}

/** Records of these kinds; the name that was met is shown where it is another than the record's own. */
export const records = (kinds: Kind[]): Provider => async (text, signal) => {
  const { search } = await ask<Found>(SEARCH, { texte: text, natures: kinds }, signal);
  return search.edges.map(({ matched, node }) => {
    remember([node]);
    const name = folded(node.name);
    const other = matched && folded(matched) !== name ? matched : undefined;
    const met = other ? `« ${other} »` : '';
    const said = node.kind === 'JOB' ? [other, text].find((word) => word && !name.includes(folded(word))) : undefined;
    return { ref: node.id, label: node.name, note: [kindName(node.kind), node.university?.name, met].filter(Boolean).join(', '), said };
  });
};

export const starts = records(['LICENCE', 'MASTER', 'PARCOURS', 'JOB']);
export const ends = records(['JOB', 'MASTER', 'PARCOURS', 'STUDY']);
export const jobs = records(['JOB']);
export const diplomas = records(['PARCOURS', 'MASTER']);
export const holdings = records(['LICENCE', 'MASTER', 'PARCOURS', 'COURSE', 'SKILL']);

interface Page {
  allUniversities: {
    nodes: { place: { city: string | null; region: string | null } | null }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

export interface Places {
  regions: Set<string>;
  cities: Set<string>;
}

let known: Promise<Places> | null = null;

/** The regions and cities of the graph's universities; read once, again after a failure. */
export function places(): Promise<Places> {
  known ??= readPlaces().catch((cause) => {
    known = null;
    throw cause;
  });
  return known;
}

async function readPlaces(): Promise<Places> {
  const found: Places = { regions: new Set(), cities: new Set() };
  let after: string | null = null;
  do {
    const { allUniversities }: Page = await ask<Page>(PLACES, { suite: after });
    for (const { place } of allUniversities.nodes) {
      if (place?.region) found.regions.add(place.region);
      if (place?.city) found.cities.add(place.city);
    }
    after = allUniversities.pageInfo.hasNextPage ? allUniversities.pageInfo.endCursor : null;
  } while (after);
  return found;
}

const MOST_PLACES = 8;

export const placeNames: Provider = async (text) => {
  const { regions, cities } = await places();
  const wanted = folded(text);
  const matching = (names: Set<string>, note: string) =>
    [...names].filter((name) => folded(name).includes(wanted)).sort((a, b) => Number(folded(b).startsWith(wanted)) - Number(folded(a).startsWith(wanted)) || a.localeCompare(b, 'fr')).map((name) => ({ ref: name, label: name, note }));
  return [...matching(regions, 'région'), ...matching(cities, 'ville')].slice(0, MOST_PLACES);
};

/** The API's filter for a place and a rhythm; null for none. A place that no university is known in goes as a city: the API says so. */
export async function filterOf(ou: string, rythme: string): Promise<object | null> {
  if (!ou && !rythme) return null;
  const wanted = folded(ou);
  const region = ou && [...(await places()).regions].find((name) => folded(name) === wanted);
  return { ...(region ? { region: [region] } : ou ? { city: [ou] } : {}), ...(rythme ? { modality: [rythme] } : {}) };
}
