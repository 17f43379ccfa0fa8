// The page's address holds the question: read it, write it, say whether it is whole.

export const forms = ['voies', 'apres', 'manque', 'comparer', 'candidater'] as const;
export type Form = (typeof forms)[number];

/** `de` and `a` are refs: ids in an address that the page wrote, any name in one that a person wrote. */
export interface Question {
  q: Form;
  de: string[];
  a: string;
  /** The everyday word or appellation by which `a` was found, where it is another than its name. */
  dit: string;
  /** A region or a city. */
  ou: string;
  /** A value of the API's `Modality`. */
  rythme: string;
  /** How many pathways to show. */
  n: number;
  /** The graph's version when the link was copied. */
  version?: number;
}

export const PAGE = 20;
export const MOST = 100;

export const blank = (q: Form = 'voies'): Question => ({ q, de: [], a: '', dit: '', ou: '', rythme: '', n: PAGE });

export function read(search: string): Question {
  const params = new URLSearchParams(search);
  const all = (...names: string[]) => names.flatMap((name) => params.getAll(name)).map((ref) => ref.trim()).filter(Boolean);
  const q = forms.find((form) => form === params.get('q')) ?? 'voies';
  const n = Number(params.get('n'));
  const version = Number(params.get('version'));
  const compared = q === 'comparer' ? all('de', 'a', 'parcours') : all('de');
  return {
    q,
    de: [...new Set(compared)],
    a: q === 'comparer' ? '' : (all('a')[0] ?? ''),
    dit: all('dit')[0] ?? '',
    ou: all('ou', 'region', 'ville')[0] ?? '',
    rythme: params.get('rythme')?.toUpperCase() ?? '',
    n: Number.isInteger(n) && n > 0 ? Math.min(n, MOST) : PAGE,
    ...(Number.isInteger(version) && version > 0 ? { version } : {}),
  };
}

/** The address's query part, with `/` and `:` left as they are: ids are made to be read. */
export function write(question: Question): string {
  const pairs: [string, string][] = [['q', question.q]];
  for (const ref of question.de) pairs.push(['de', ref]);
  if (question.a) pairs.push(['a', question.a]);
  if (question.a && question.dit) pairs.push(['dit', question.dit]);
  if (question.ou) pairs.push(['ou', question.ou]);
  if (question.rythme) pairs.push(['rythme', question.rythme.toLowerCase()]);
  if (question.n !== PAGE) pairs.push(['n', String(question.n)]);
  if (question.version) pairs.push(['version', String(question.version)]);
  return `?${pairs.map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll('%2F', '/').replaceAll('%3A', ':')}`).join('&')}`;
}

/** Whether it has all that its form asks for. */
export function whole({ q, de, a }: Question): boolean {
  switch (q) {
    case 'voies':
    case 'manque':
      return de.length > 0 && a !== '';
    case 'apres':
      return de.length > 0;
    case 'comparer':
      return de.length > 1;
    case 'candidater':
      return a !== '';
  }
}
