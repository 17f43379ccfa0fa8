// What the page reads of the API, by the names of schema.graphql. Fields that a hand-written query may leave out are optional.

export type Kind =
  | 'LICENCE' | 'MASTER' | 'PARCOURS' | 'COURSE' | 'UNIVERSITY' | 'SKILL' | 'JOB' | 'SECTOR' | 'STUDY' | 'FAMILY';

export type EvidenceKind = 'STATED' | 'FAMILY' | 'INHERITED' | 'SKILLS';

export interface Ent {
  id: string;
  kind: Kind;
  name: string;
}

export interface Source {
  id: string;
  name: string;
  publisher?: string | null;
  date?: string | null;
  url?: string | null;
  licence?: string | null;
}

export interface Evidence {
  kind: EvidenceKind;
  strength: number;
  skills?: Ent[];
  sources?: Source[];
}

export interface Step {
  from: Ent;
  to: Ent;
  relation: string;
  strength: number;
  evidence: Evidence[];
}

export interface Place {
  city?: string | null;
  region?: string | null;
}

export interface University {
  id: string;
  name: string;
  place?: Place | null;
}

export interface Offers {
  totalCount: number;
  edges: { entry?: 'M1' | 'M2' | null; modalities?: string[] | null; node: University }[];
}

export interface Access {
  regulated: boolean | null;
  text?: string | null;
  diplomas?: string[] | null;
  sources?: Source[];
}

/** A job's own fields of the same. */
export interface Job extends Ent {
  regulated?: boolean | null;
  access?: string | null;
  diplomas?: string[];
  accessSources?: Source[];
}

export interface Pathway {
  score?: number;
  class?: number | null;
  steps: Step[];
  master?: Ent | null;
  parcours?: Ent | null;
  university?: University | null;
  offers?: Offers | null;
  access?: Access | null;
  skillsGained?: Ent[] | null;
  skillsMissing?: Ent[] | null;
  weakest?: { kind: EvidenceKind; strength: number };
}

export interface Reason {
  kind: string;
  message: string;
  filter?: string | null;
  entities: Ent[];
}

export interface Asked {
  ref: string;
  role: 'FROM' | 'TO' | 'VIA' | 'AVOID';
  matched: string;
  /** What one must know who uses this word, and the record does not say. */
  note?: string | null;
  entities: Ent[];
}

export interface Pathways {
  totalCount?: { value: number; exact: boolean };
  exhaustive?: boolean;
  asked?: Asked[];
  from?: Ent[];
  to?: Job[];
  diagnosis?: { message: string; reasons: Reason[] } | null;
  nodes: Pathway[];
}
