// No answer: why, in words, and what to do, as buttons.
import type { Question } from '../address';
import type { Failure } from '../api/client';
import type { Ent } from '../api/types';
import { folded, kindName } from '../words';

interface Props {
  failure: Failure;
  question: Question;
  retry: () => void;
  ask: (question: Question) => void;
}

export function Trouble({ failure, question, retry, ask }: Props) {
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
          {failure.message}
          <Choices choices={choices} question={question} message={failure.message} ask={ask} lead="Vouliez-vous dire :" />
        </Notice>
      );
    case 'AMBIGUOUS_REF':
      return (
        <Notice title="Plusieurs fiches portent ce nom : laquelle ?">
          <Choices choices={choices} question={question} message={failure.message} ask={ask} lead="Choisissez :" />
        </Notice>
      );
    case 'INVALID_INPUT':
      return (
        <Notice title="La question ne peut pas être posée ainsi">
          {failure.message}
          <Choices choices={choices} question={question} message={failure.message} ask={ask} lead="À essayer :" />
          {question.ou && <button type="button" className="try" onClick={() => ask({ ...question, ou: '' })}>Chercher partout</button>}
        </Notice>
      );
    default:
      return <Notice title="Une erreur empêche de répondre">{failure.message || `Le serveur a répondu ${code}.`} {again}</Notice>;
  }
}

export function Notice({ title, children }: { title: string; children: React.ReactNode }) {
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
  if (doubtful(question.a)) return { ...question, a: ref };
  const index = at >= 0 ? at : question.de.findIndex((value) => !value.includes('/'));
  if (index >= 0) return { ...question, de: question.de.map((value, place) => (place === index ? ref : value)) };
  return { ...question, a: ref };
}

function Choices({ choices, question, message, ask, lead }: { choices: (Ent | string)[]; question: Question; message: string; ask: (question: Question) => void; lead: string }) {
  if (!choices.length) return null;
  return (
    <>
      <p>{lead}</p>
      <ul className="choices">
        {choices.map((choice) => (
          <li key={typeof choice === 'string' ? choice : choice.id}>
            <button type="button" className="try" onClick={() => ask(replaced(question, message, choice))}>
              {typeof choice === 'string' ? choice : <>{choice.name} <span className="note">— {kindName(choice.kind)}</span></>}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
