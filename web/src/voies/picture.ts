// The picture as data: layers of boxes, from where one starts to where one arrives, and the links between them.
// Each node of a pathway is in one box of each layer; parcours are in the box of their group, and the many masters or jobs
// of one group share a box.
import type { Ent } from '../api/types';
import { columnName, strengthWord, type Word } from '../words';
import { nodesOf, pathwayKey, type Group } from './groups';

export interface Box {
  id: string;
  node?: Ent;
  /** More of one group than can be told apart at a glance. */
  nodes?: Ent[];
  group?: Group;
}

export interface Layer {
  title: string;
  boxes: Box[];
}

export interface Link {
  from: string;
  to: string;
  strength: number;
  /** null where the link is no step of a pathway: from a master to the universities that award it. */
  word: Word | null;
  /** Their keys. */
  pathways: Set<string>;
}

export interface Picture {
  layers: Layer[];
  links: Link[];
}

interface Stop {
  layer: string;
  box: Box;
  /** Of the step that comes to it. */
  strength: number | null;
}

const START = 'start';
const END = 'end';
const ORDER = [START, 'LICENCE', 'MASTER', 'group', 'JOB', 'STUDY', END];

const AT_A_GLANCE = 3;

/** Where a pathway stops, and in which layer: the ends in the outer ones, the rest by kind and by which of its kind. */
function stops(group: Group, nodes: Ent[], strengths: number[]): Stop[] {
  const seen = new Map<string, number>();
  const found: Stop[] = [];
  const last = nodes.length - 1;
  const inGroup = { id: `group ${group.key}`, group };
  nodes.forEach((node, index) => {
    const strength = index ? strengths[index - 1]! : null;
    if (index === 0 || index === last || node.kind !== 'PARCOURS') {
      const nth = seen.get(node.kind) ?? 0;
      seen.set(node.kind, nth + 1);
      const layer = index === 0 ? START : index === last ? END : `${node.kind} ${nth}`;
      found.push({ layer, box: { id: `${layer} ${node.id}`, node }, strength });
    } else {
      found.push({ layer: 'group 0', box: inGroup, strength });
    }
    // Without a parcours, the universities that award the master stand in its place.
    const next = nodes[index + 1];
    if (node.kind === 'MASTER' && next && next.kind !== 'PARCOURS') found.push({ layer: 'group 0', box: inGroup, strength: null });
  });
  return found;
}

/** The stops of all pathways of a group, many of one layer in one box. */
function ways(group: Group): Stop[][] {
  const paths = group.pathways.map((pathway) => stops(group, nodesOf(pathway), pathway.steps.map((step) => step.strength)));
  const inLayer = new Map<string, Map<string, Ent>>();
  for (const { layer, box: { node } } of paths.flat()) {
    if (node) inLayer.set(layer, (inLayer.get(layer) ?? new Map<string, Ent>()).set(node.id, node));
  }
  const shared = (stop: Stop): Stop => {
    const nodes = [...(inLayer.get(stop.layer)?.values() ?? [])];
    return nodes.length > AT_A_GLANCE ? { ...stop, box: { id: `${stop.layer} ${group.key}`, nodes } } : stop;
  };
  return paths.map((path) => path.map(shared));
}

export function picture(groups: Group[]): Picture {
  const layers = new Map<string, Map<string, Box>>();
  const links = new Map<string, Link>();
  for (const group of groups) {
    ways(group).forEach((path, at) => {
      const pathway = pathwayKey(group.pathways[at]!);
      path.forEach(({ layer, box, strength }, index) => {
        const boxes = layers.get(layer) ?? new Map<string, Box>();
        layers.set(layer, boxes.set(box.id, boxes.get(box.id) ?? box));
        const before = path[index - 1];
        if (!before) return;
        const key = `${before.box.id} → ${box.id}`;
        const link = links.get(key);
        const own = strength ?? 1;
        if (!link) links.set(key, { from: before.box.id, to: box.id, strength: own, word: strength === null ? null : strengthWord(own), pathways: new Set([pathway]) });
        else {
          link.pathways.add(pathway);
          if (link.word !== null && own < link.strength) Object.assign(link, { strength: own, word: strengthWord(own) });
        }
      });
    });
  }
  const rank = (layer: string) => {
    const [name, nth = '0'] = layer.split(' ');
    return ORDER.indexOf(name!) * 100 + Number(nth);
  };
  return {
    layers: [...layers]
      .sort(([a], [b]) => rank(a) - rank(b))
      .map(([layer, boxes]) => ({ title: title(layer, [...boxes.values()]), boxes: [...boxes.values()] })),
    links: [...links.values()],
  };
}

function title(layer: string, boxes: Box[]): string {
  if (layer !== 'group 0') return [...new Set(boxes.flatMap(({ node, nodes }) => nodes ?? node!).map(({ kind }) => columnName(kind)))].join(' ou ');
  const withParcours = boxes.filter(({ group }) => group!.pathways.some((pathway) => nodesOf(pathway).some(({ kind }) => kind === 'PARCOURS')));
  return withParcours.length === boxes.length ? 'Parcours' : withParcours.length ? 'Parcours ou universités' : 'Universités';
}
