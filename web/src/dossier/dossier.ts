// A dossier away from the page: the same answer as text, as a table for a spreadsheet, as the API's own JSON.
import type { Source } from '../api/types';
import { sourceWords } from '../words';

export interface Dossier {
  /** Name of the files, without extension. */
  file: string;
  title: string;
  version: number;
  /** Paragraphs and list items, in reading order. */
  text: string[];
  table: { head: string[]; rows: (string | number | null)[][] };
  sources: Source[];
  json: unknown;
}

export const unique = (sources: (Source | undefined)[]): Source[] =>
  [...new Map(sources.filter((source): source is Source => Boolean(source)).map((source) => [source.id, source])).values()];

export const fileName = (title: string) =>
  `passerelle-${title.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 80)}`;

export function asText({ title, version, text, sources }: Dossier, link: string): string {
  const cited = sources.map((source) => `- ${sourceWords(source)}${source.url ? ` ${source.url}` : ''}`);
  return `${[title, '', ...text, '', 'Sources', ...cited, '', `Données : version ${version} du graphe.`, link].join('\n')}\n`;
}

/** For French spreadsheets: a BOM, semicolons, CRLF. A cell that a spreadsheet would take for a formula is kept text. */
export function asCsv({ table: { head, rows } }: Dossier): string {
  const cell = (value: string | number | null) => {
    const raw = value === null ? '' : typeof value === 'number' ? String(value).replace('.', ',') : value;
    const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(raw) ? `'${raw}` : raw;
    return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `\uFEFF${[head, ...rows].map((row) => row.map(cell).join(';')).join('\r\n')}\r\n`;
}
