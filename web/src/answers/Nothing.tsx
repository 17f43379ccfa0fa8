// Nothing found: the diagnosis in words, and a button for each thing to try.
import { blank, type Question } from '../address';
import type { Ent, Pathways, Reason } from '../api/types';
import { fromTo, kindName } from '../words';

interface Try {
  words: string;
  question: Question;
}

/** What a reason of the diagnosis gives to try, as questions. */
export function tries(reason: Reason, question: Question): Try[] {
  const named = (node: Ent) => `${node.name} (${kindName(node.kind)})`;
  switch (reason.kind) {
    case 'EXCLUDED': {
      if (/region|city|academy/.test(reason.filter ?? '')) return [{ words: 'Chercher dans toutes les régions', question: { ...question, ou: '' } }];
      if (/modality/.test(reason.filter ?? '')) return [{ words: 'Chercher pour tous les rythmes', question: { ...question, rythme: '' } }];
      return [];
    }
    case 'REVERSED':
      return question.de.length === 1 ? [{ words: 'Poser la question dans l’autre sens', question: { ...question, de: [question.a], a: question.de[0]!, dit: '' } }] : [];
    case 'TRY_INSTEAD':
      return reason.entities.map((node) => ({ words: `Viser plutôt ${named(node)}`, question: { ...question, a: node.id, dit: '' } }));
    case 'TRY_LICENCE':
      return reason.entities.map((node) => ({ words: `Partir plutôt de ${named(node)}`, question: { ...question, de: [node.id] } }));
    case 'DEAD_END':
      return question.de.length ? [{ words: 'Voir où mène ce départ', question: { ...blank('apres'), de: question.de } }] : [];
    case 'UNREACHED':
      return reason.entities.filter(({ kind }) => kind === 'LICENCE' || kind === 'MASTER').map((node) => ({ words: `Partir de ${named(node)}`, question: { ...question, de: [node.id] } }));
    default:
      return [];
  }
}

export function Nothing({ answer, question, ask, version }: { answer: Pathways; question: Question; ask: (question: Question) => void; version: number }) {
  const reasons = answer.diagnosis?.reasons ?? [];
  const found = reasons.flatMap((reason) => tries(reason, question));
  const unique = found.filter(({ words }, index) => found.findIndex((other) => other.words === words) === index);
  const filtered = question.ou || question.rythme;
  if (filtered && !unique.some(({ question: { ou, rythme } }) => !ou && !rythme)) {
    unique.push({ words: 'Chercher sans filtre', question: { ...question, ou: '', rythme: '' } });
  }
  // What a regulated job asks for stands above.
  const messages = reasons.length ? reasons.filter(({ kind }) => kind !== 'ACCESS').map(({ message }) => message) : answer.diagnosis ? [answer.diagnosis.message] : [];
  return (
    <>
      <p>
        Aucune voie {answer.from && answer.to ? fromTo(answer.from, answer.to).replace(/^./, (letter) => letter.toLowerCase()) : ''}
        {question.ou && `, pour ${question.ou}`} dans les sources. C’est l’état des sources à la version {version}, pas un avis sur le projet.
      </p>
      {messages.length > 0 && <ul className="reasons">{messages.map((message) => <li key={message}>{message}</li>)}</ul>}
      {unique.length > 0 && (
        <section aria-label="À essayer">
          <h3>À essayer</h3>
          <ul className="choices">
            {unique.map(({ words, question: next }) => (
              <li key={words}><button type="button" className="try" onClick={() => ask(next)}>{words}</button></li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
