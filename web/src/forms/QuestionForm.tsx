// The five questions, each one short form.
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { blank, type Form, forms, type Question, whole, write } from '../address';
import { rhythms } from '../words';
import { Field, type Item, type Provider } from './Field';
import { remember, useNames } from './names';
import { diplomas, ends, holdings, jobs, placeNames, starts } from './providers';

const TABS: Record<Form, string> = {
  voies: 'Quelles voies ?',
  apres: 'Que faire après ?',
  manque: 'Que me manque-t-il ?',
  comparer: 'Comparer',
  candidater: 'Candidater',
};

export function Tabs({ q, go }: { q: Form; go: (question: Question) => void }) {
  return (
    <nav aria-label="Questions" className="tabs">
      {forms.map((form) => (
        <a
          key={form}
          href={`./${write(blank(form))}`}
          aria-current={form === q ? 'page' : undefined}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            go(blank(form));
          }}
        >
          {TABS[form]}
        </a>
      ))}
    </nav>
  );
}

interface Props {
  question: Question;
  ask: (question: Question) => void;
  autoFocus: boolean;
}

const MOST_COMPARED = 6;

export function QuestionForm({ question, ask, autoFocus }: Props) {
  const [draft, setDraft] = useState(question);
  const [pending, setPending] = useState(''); // typed in the field of a list, not yet taken
  const [missing, setMissing] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const taken = useRef(draft.de.length);
  // A button that took itself away, or the last field of a full list, leaves the focus nowhere.
  useEffect(() => {
    if (taken.current === draft.de.length) return;
    taken.current = draft.de.length;
    // Not now: while Tab leads from one field to the next, the focus is nowhere too.
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) form.current?.querySelector<HTMLElement>('.wide input, .ask')?.focus();
    });
    return () => clearTimeout(timer);
  }, [draft.de.length]);
  const name = useNames([...draft.de, draft.a].filter(Boolean));
  const change = (part: Partial<Question>) => setDraft((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const de = pending.trim() ? [...new Set([...draft.de, pending.trim()])] : draft.de;
    const { version: _, ...rest } = draft;
    const next = { ...rest, de, n: blank().n };
    if (!whole(next)) return setMissing(next.q === 'comparer' ? 'Choisissez au moins deux formations à comparer.' : 'Remplissez les champs de la question.');
    setMissing('');
    setPending('');
    ask(next);
  };
  const one = (key: 'de' | 'a', label: string, provider: Provider, hint?: string, focus = false) => (
    <Field
      key={key}
      label={label}
      hint={hint}
      value={key === 'de' ? (draft.de[0] ?? '') : draft.a}
      shown={name(key === 'de' ? (draft.de[0] ?? '') : draft.a)}
      provider={provider}
      onPick={({ ref, label: picked, said = '' }: Item) => {
        if (ref.includes('/')) remember([{ id: ref, kind: 'JOB', name: picked }]);
        change(key === 'de' ? { de: [ref] } : { a: ref, dit: said });
      }}
      onText={(text) => change(key === 'de' ? { de: text ? [text] : [] } : { a: text, dit: '' })}
      autoFocus={focus && autoFocus}
      required
    />
  );
  // What is taken stands before the field, so that Tab leads from the field to the next one whatever was taken.
  const several = (label: string, provider: Provider, hint: string, most: number, focus = false) => {
    const picked = draft.de.length > 0 && (
      <ul className="picked" aria-label={label}>
        {draft.de.map((ref) => (
          <li key={ref}>
            {name(ref)}{' '}
            <button type="button" aria-label={`Retirer ${name(ref)}`} onClick={() => change({ de: draft.de.filter((other) => other !== ref) })}>×</button>
          </li>
        ))}
      </ul>
    );
    if (draft.de.length >= most) return <div className="field">{picked}</div>;
    return (
      <Field
        label={label}
        hint={hint}
        value={String(draft.de.length)}
        shown=""
        provider={provider}
        clears
        onPick={({ ref, label: picked }) => {
          remember([{ id: ref, kind: 'JOB', name: picked }]);
          setPending('');
          setDraft((before) => ({ ...before, de: [...new Set([...before.de, ref])] }));
        }}
        onText={setPending}
        autoFocus={focus && autoFocus}
      >
        {picked}
      </Field>
    );
  };
  const where = (
    <Field
      key="ou"
      label="Région ou ville"
      hint="facultatif"
      value={draft.ou}
      shown={draft.ou}
      provider={placeNames}
      onPick={({ ref }) => change({ ou: ref })}
      onText={(ou) => change({ ou })}
    />
  );
  const rhythm = (
    <div className="field" key="rythme">
      <label htmlFor="rythme">Rythme</label>
      <select id="rythme" value={draft.rythme} onChange={(event) => change({ rythme: event.target.value })}>
        <option value="">tous</option>
        {rhythms.map(([value, words]) => <option key={value} value={value}>{words}</option>)}
      </select>
    </div>
  );
  const button = (words: string) => <button type="submit" className="ask" key="ask">{words}</button>;
  const fields = () => {
    switch (draft.q) {
      case 'voies':
        return [one('de', 'Je pars de', starts, 'licence, master, métier', true), one('a', 'Je vise', ends, 'métier, master, études'), where, rhythm, button('Voir les voies')];
      case 'apres':
        return [one('de', 'Après', starts, 'licence, master, métier', true), where, rhythm, button('Voir ce qui suit')];
      case 'manque':
        return [<div key="de" className="wide">{several('Ce que j’ai déjà', holdings, 'diplômes, enseignements ou compétences, l’un après l’autre', 20, true)}</div>, one('a', 'Pour devenir', jobs, 'métier'), button('Voir ce qui manque')];
      case 'comparer':
        return [<div key="de" className="wide">{several('Formations à comparer', diplomas, 'de deux à six parcours ou masters', MOST_COMPARED, true)}</div>, button('Comparer')];
      case 'candidater':
        return [one('a', 'Je candidate à', diplomas, 'parcours ou master', true), <div key="de" className="wide">{several('Ce que j’ai déjà', holdings, 'facultatif : diplômes, enseignements, compétences', 20)}</div>, button('Préparer')];
    }
  };
  return (
    <form ref={form} className={`question ${draft.q}`} onSubmit={submit} role="search" aria-label={TABS[draft.q]}>
      {fields()}
      <p className="missing" role="alert">{missing}</p>
    </form>
  );
}
