// The pathways in the answer to any query, whatever its fields are called.
import type { Pathway } from '../api/types';

type Found = { pathways: Pathway[]; lacking: boolean };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const hasEnd = (value: unknown) => isObject(value) && ['id', 'name', 'kind'].every((field) => typeof value[field] === 'string');

/** Whether the picture can be drawn of it: each step with its two ends by id, kind and name, relation and strength. */
const drawable = (steps: unknown[]) =>
  steps.length > 0 && steps.every((step) => isObject(step) && hasEnd(step.from) && hasEnd(step.to) && typeof step.relation === 'string' && typeof step.strength === 'number');

/** All pathways, in the answer's order; `lacking` when some have steps without what the picture needs. */
export function findPathways(answer: unknown): Found {
  const found: Found = { pathways: [], lacking: false };
  const visit = (value: unknown) => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!isObject(value)) return;
    if (Array.isArray(value.steps)) {
      if (drawable(value.steps)) found.pathways.push(whole(value as unknown as Pathway));
      else if (isObject(value.steps[0]) && ('relation' in value.steps[0] || 'strength' in value.steps[0])) found.lacking = true;
      return;
    }
    Object.values(value).forEach(visit);
  };
  visit(answer);
  return found;
}

const whole = (pathway: Pathway): Pathway => ({
  ...pathway,
  offers: pathway.offers?.edges?.every(({ node }) => node?.id && node.name) && typeof pathway.offers.totalCount === 'number' ? pathway.offers : undefined,
  university: pathway.university?.id && pathway.university.name ? pathway.university : undefined,
  steps: pathway.steps.map((step) => ({ ...step, evidence: (step.evidence ?? []).filter(({ kind, strength }) => kind && typeof strength === 'number').map((evidence) => ({ ...evidence, sources: (evidence.sources ?? []).filter(({ id, name }) => id && name) })) })),
});
