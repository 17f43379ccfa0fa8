// The names of the refs in the question: met in a completion or an answer, or asked for once.
import { useEffect, useSyncExternalStore } from 'react';
import { ask } from '../api/client';
import { NAMES } from '../api/queries';
import type { Ent } from '../api/types';

let names: ReadonlyMap<string, string> = new Map();
const listeners = new Set<() => void>();

export function remember(nodes: (Ent | null | undefined)[]) {
  const fresh = nodes.filter((node): node is Ent => Boolean(node?.id && node.name) && names.get(node!.id) !== node!.name);
  if (!fresh.length) return;
  names = new Map([...names, ...fresh.map(({ id, name }) => [id, name] as const)]);
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What to show for each ref: its record's name, or the ref itself where it is a name already. */
export function useNames(refs: string[]): (ref: string) => string {
  const known = useSyncExternalStore(subscribe, () => names);
  const unknown = refs.filter((ref) => ref.includes('/') && !known.has(ref)).join('\n');
  useEffect(() => {
    if (!unknown) return;
    const ids = unknown.split('\n');
    ask<{ nodes: (Ent | null)[] }>(NAMES, { ids }).then(
      // A merged record answers under another id: the question keeps its own.
      ({ nodes }) => remember(nodes.map((node, index) => node && { ...node, id: ids[index]! })),
      () => {}, // the answer itself says what is wrong
    );
  }, [unknown]);
  return (ref) => known.get(ref) ?? ref;
}
