// No answer: why, in words, and what to do, as buttons.
import { type ReactNode, useEffect, useState } from 'react';
import type { Question } from '../address';
import { ask, type Failure } from '../api/client';
import { NAMES } from '../api/queries';
import type { Ent } from '../api/types';
import { folded, kindName } from '../words';

interface Props {
  failure: Failure;
  question: Question;
  retry: () => void;
  go: (question: Question) => void;
}

export function Trouble({ failure, question, retry, go }: Props) {
  const { code, choices, retryAfter } = failure;
  const again = <button type="button" className="try" onClick={retry}>Réessayer</button>;
  switch (code) {
    case 'OFFLINE':
      return <Notice title="Le serveur ne répond pas">Vérifiez la connexion, puis réessayez : la question est gardée. {again}</Notice>;
    case 'RATE_LIMITED':
    case '429':
      return <Notice title="Trop de questions à la fois">Le serveur demande d’attendre {retryAfter ? `${retryAfter} secondes` : 'un instant'}. {again}</Notice>;
    case 'TIMEOUT':
      return <Notice title="La recherche n’a pas abouti dans le temps imparti">Précisez la question (une région, un rythme, une arrivée plus précise), ou réessayez. {again}</Notice>;
    case 'OVERLOADED':
    case '503':
      return <Notice title="Le serveur est très sollicité">Réessayez dans {retryAfter ? `${retryAfter} secondes` : 'quelques instants'}. {again}</Notice>;
    case 'UNKNOWN_REF':
      return (
        <Notice title="Un nom que le graphe ne connaît pas">
          {choices.length ? failure.message.split(' Vouliez-vous')[0] : failure.message}
          <Choices choices={choices} question={question} message={failure.message} go={go} lead="Vouliez-vous dire :" />
        </Notice>
      );
    case 'AMBIGUOUS_REF':
      return (
        <Notice title="Plusieurs fiches portent ce nom : laquelle ?">
          <Choices choices={choices} question={question} message={failure.message} go={go} lead="Choisissez :" />
        </Notice>
      );
    case 'INVALID_INPUT':
      // Only a place has near ones without a record.
      if (question.ou && choices.some((choice) => typeof choice === 'string')) {
        return (
          <Notice title="Un lieu que le graphe ne connaît pas">
            Aucun établissement du graphe n’est dit à « {question.ou} ».
            <Choices choices={choices} question={question} message={failure.message} go={go} lead="Vouliez-vous dire :" />
            <button type="button" className="try" onClick={() => go({ ...question, ou: '' })}>Chercher partout</button>
          </Notice>
        );
      }
      return (
        <Notice title="La question ne peut pas être posée ainsi">
          {failure.message.replace(/^`[^`]*`\s*:\s*/, '').replace(/^./, (letter) => letter.toUpperCase())}
          <Choices choices={choices} question={question} message={failure.message} go={go} lead="À essayer :" />
          {question.ou && <button type="button" className="try" onClick={() => go({ ...question, ou: '' })}>Chercher partout</button>}
        </Notice>
      );
    default:
      return <Notice title="Une erreur empêche de répondre">{failure.message || `Le serveur a répondu ${code}.`} {again}</Notice>;
  }
}

export function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="notice" role="alert">
      <h2>{title}</h2>
      <div>{children}</div>
    </section>
  );
}

/** The question with the doubtful name replaced: the part that the message quotes, else the only one that is no id. */
export function replaced(question: Question, message: string, choice: Ent | string): Question {
  const ref = typeof choice === 'string' ? choice : choice.id;
  const quoted = [...message.matchAll(/«\s*([^»]+?)\s*»/g)].map((match) => folded(match[1]!));
  const doubtful = (value: string) => value !== '' && quoted.includes(folded(value));
  if (typeof choice === 'string') return { ...question, ou: choice };
  const at = question.de.findIndex(doubtful);
  if (doubtful(question.a)) return { ...question, a: ref, dit: '' };
  const index = at >= 0 ? at : question.de.findIndex((value) => !value.includes('/'));
  if (index >= 0) return { ...question, de: question.de.map((value, place) => (place === index ? ref : value)) };
  return { ...question, a: ref, dit: '' };
}

function Choices({ choices, question, message, go, lead }: { choices: (Ent | string)[]; question: Question; message: string; go: (question: Question) => void; lead: string }) {
  const where = useUniversities(choices);
  if (!choices.length) return null;
  return (
    <>
      <p>{lead}</p>
      <ul className="choices">
        {choices.map((choice) => (
          <li key={typeof choice === 'string' ? choice : choice.id}>
            <button type="button" className="try" onClick={() => go(replaced(question, message, choice))}>
              {typeof choice === 'string' ? choice : <>{choice.name} <span className="note">— {[kindName(choice.kind), where.get(choice.id)].filter(Boolean).join(', ')}</span></>}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Where each parcours among the choices is: several universities give theirs the same name. */
function useUniversities(choices: (Ent | string)[]): Map<string, string> {
  const [found, setFound] = useState(new Map<string, string>());
  const key = choices.flatMap((choice) => (typeof choice !== 'string' && choice.kind === 'PARCOURS' ? choice.id : [])).join('\n');
  useEffect(() => {
    if (!key) return;
    ask<{ nodes: ({ id: string; university?: { name: string } | null } | null)[] }>(NAMES, { ids: key.split('\n') }).then(
      ({ nodes }) => setFound(new Map(nodes.flatMap((node) => (node?.university ? [[node.id, node.university.name] as const] : [])))),
      () => {}, // the names alone then
    );
  }, [key]);
  return found;
}
