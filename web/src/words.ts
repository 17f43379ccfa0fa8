// The French of the page that depends on values: plurals, strength, kinds, relations, evidence, sources.
import type { Ent, Evidence, Kind, Source, University } from './api/types';

export const plural = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString('fr-FR')} ${n >= 2 ? many : one}`;

/** « a, b et c » */
export const listed = (parts: string[]) =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} et ${parts.at(-1)}`;

export type Word = 'bien attesté' | 'attesté' | 'peu attesté';

/** The API's own bounds for these words: a test holds them to those of src/pathway/explain.rs. */
export const bounds = { FAIR: 0.45, STRONG: 0.75 };

export const strengthWord = (strength: number): Word =>
  strength >= bounds.STRONG - 1e-9 ? 'bien attesté' : strength >= bounds.FAIR - 1e-9 ? 'attesté' : 'peu attesté';

/** How many of three bars are full. */
export const bars = (word: Word) => ({ 'bien attesté': 3, attesté: 2, 'peu attesté': 1 })[word];

const KINDS: Record<Kind, { name: string; from: string; to: string; column: string }> = {
  LICENCE: { name: 'licence', from: 'de la licence', to: 'à la licence', column: 'Licence' },
  MASTER: { name: 'master', from: 'du master', to: 'au master', column: 'Master' },
  PARCOURS: { name: 'parcours', from: 'du parcours', to: 'au parcours', column: 'Parcours ou offres' },
  COURSE: { name: 'enseignement', from: 'de l’enseignement', to: 'à l’enseignement', column: 'Enseignement' },
  UNIVERSITY: { name: 'université', from: 'de l’université', to: 'à l’université', column: 'Université' },
  SKILL: { name: 'compétence', from: 'de la compétence', to: 'à la compétence', column: 'Compétence' },
  JOB: { name: 'métier', from: 'du métier', to: 'au métier', column: 'Métier' },
  SECTOR: { name: 'secteur', from: 'du secteur', to: 'au secteur', column: 'Secteur' },
  STUDY: { name: 'poursuite d’études', from: 'de la poursuite d’études', to: 'à la poursuite d’études', column: 'Études' },
  FAMILY: { name: 'famille de métiers', from: 'de la famille de métiers', to: 'à la famille de métiers', column: 'Famille' },
};

export const kindName = (kind: Kind) => KINDS[kind].name;
export const columnName = (kind: Kind) => KINDS[kind].column;

const upper = (text: string) => text.charAt(0).toLocaleUpperCase('fr') + text.slice(1);

/** « De la licence Histoire au métier Documentaliste »; several ends are listed after the first one's kind. */
export function fromTo(from: Ent[], to: Ent[]) {
  const ends = (list: Ent[], way: 'from' | 'to') =>
    listed([...new Set(list.map(({ kind, name }) => `${KINDS[kind][way]} ${name}`))]);
  return upper([ends(from, 'from'), ends(to, 'to')].filter(Boolean).join(' '));
}

const RELATIONS: Record<string, string> = {
  OPENS: 'cette licence donne accès à ce master',
  BRIDGES: 'une passerelle mène d’une licence à l’autre',
  OFFERS: 'le master propose ce parcours',
  LEADS_TO: 'ce diplôme mène à ce débouché',
  EVOLVES_TO: 'on évolue de ce métier vers cet autre',
};
export const relationPhrase = (relation: string) => RELATIONS[relation] ?? relation;

/** What a piece of evidence says, for the relation that it supports. */
export function evidencePhrase({ kind, skills }: Evidence, from: Ent) {
  switch (kind) {
    case 'STATED':
      return 'annoncé tel quel par les sources';
    case 'FAMILY':
      return 'annoncé pour la famille de métiers (fiche ROME) dont ce métier fait partie';
    case 'INHERITED':
      return 'annoncé pour tout le master, non pour ce parcours';
    case 'SKILLS':
      return skills?.length
        ? `déduit des compétences : ${from.kind === 'MASTER' ? 'ce master' : 'ce parcours'} en développe ${plural(skills.length, 'demandée')} par le métier`
        : 'déduit des compétences communes';
  }
}

/** The same in a few words, for the table. */
export const evidenceShort = ({ kind, skills }: Evidence) =>
  ({
    STATED: 'annoncé',
    FAMILY: 'annoncé pour la famille de métiers',
    INHERITED: 'annoncé pour tout le master',
    SKILLS: skills?.length ? plural(skills.length, 'compétence commune', 'compétences communes') : 'compétences communes',
  })[kind];

const MONTHS = ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'];

/** « 1er février 2026 », « septembre 2025 », « 2019 », or that the source bears no date. */
export function dateWords(date?: string | null) {
  const [year, month, day] = (date ?? '').split('-').map(Number);
  if (!year) return 'sans date';
  const name = month ? MONTHS[month - 1] : undefined;
  if (!name) return String(year);
  return day ? `${day === 1 ? '1er' : day} ${name} ${year}` : `${name} ${year}`;
}

/** « France compétences, Répertoire national…, (1er février 2026) » */
export const sourceWords = ({ publisher, name, date }: Source) =>
  `${publisher && !name.includes(publisher) ? `${publisher}, ` : ''}${name} (${dateWords(date)})`;

export const universityWords = ({ name, place }: University) =>
  place?.city && !name.includes(place.city) ? `${name} (${place.city})` : name;

const MODALITIES: Record<string, string> = {
  INITIAL: 'formation initiale',
  ALTERNANCE: 'alternance',
  APPRENTICESHIP: 'apprentissage',
  PROFESSIONAL: 'contrat de professionnalisation',
  CONTINUING: 'formation continue',
  DISTANCE: 'à distance',
  HYBRID: 'hybride',
  VAE: 'VAE',
};
export const modalityWords = (modality: string) => MODALITIES[modality] ?? modality;
export const rhythms = Object.entries(MODALITIES);

/** Without case, accents and signs: for comparing what was typed with a name. */
export const folded = (text: string) =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
