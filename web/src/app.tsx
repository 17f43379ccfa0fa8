// The page: the question's form, its answer, and GraphiQL when it is asked for. The address is the only state that lasts.
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Question, read, whole, write } from './address';
import { Apres, type ApresData } from './answers/Apres';
import { Candidater, type CandidaterData } from './answers/Candidater';
import { Comparer, type ComparerData } from './answers/Comparer';
import { type Request, useAnswer } from './answers/load';
import { Manque, type ManqueData } from './answers/Manque';
import type { AnswerProps } from './answers/Shell';
import { Trouble } from './answers/Trouble';
import { Voies, type VoiesData } from './answers/Voies';
import { QuestionForm, Tabs } from './forms/QuestionForm';

const Workbench = lazy(() => import('./graphiql/Workbench'));

const WORKBENCH = '#graphiql';

export function App() {
  const [search, setSearch] = useState(window.location.search);
  const [asked, setAsked] = useState(false);
  const [workbench, setWorkbench] = useState<{ request: Request | null; at: number } | null>(window.location.hash === WORKBENCH ? { request: null, at: 0 } : null);
  const question = useMemo(() => read(search), [search]);
  useEffect(() => {
    const moved = () => {
      setAsked(false);
      setSearch(window.location.search);
      if (window.location.hash === WORKBENCH) setWorkbench((before) => before ?? { request: null, at: 0 });
    };
    window.addEventListener('popstate', moved);
    return () => window.removeEventListener('popstate', moved);
  }, []);
  const go = useCallback((next: Question) => {
    const address = write(next);
    if (address !== window.location.search) window.history.pushState(null, '', `./${address}`);
    setAsked(true);
    setSearch(address);
  }, []);
  const openQuery = useCallback((request: Request) => setWorkbench((before) => ({ request, at: (before?.at ?? 0) + 1 })), []);
  return (
    <>
      <a className="skip" href="#main">Aller à la question</a>
      <header className="bar">
        <h1><a href="./">passerelle</a></h1>
        <p>De la licence au métier : chaque voie avec ce qui la fonde.</p>
        <nav aria-label="Pour les développeurs">
          <a href={WORKBENCH} onClick={() => setWorkbench((before) => before ?? { request: null, at: 0 })}>GraphiQL</a>
          <a href="./schema.graphql">Schéma</a>
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        <Tabs q={question.q} go={go} />
        <QuestionForm key={search} question={question} ask={go} autoFocus={!whole(question) && !workbench} />
        {whole(question) ? <Answer question={question} ask={go} asked={asked} openQuery={openQuery} /> : <Welcome />}
      </main>
      {workbench && (
        <Suspense fallback={<p className="waiting" role="status">Ouverture de l’éditeur de requêtes…</p>}>
          <Workbench request={workbench.request} at={workbench.at} close={() => {
            setWorkbench(null);
            if (window.location.hash) window.history.replaceState(null, '', window.location.pathname + window.location.search);
          }} />
        </Suspense>
      )}
    </>
  );
}

function Welcome() {
  useEffect(() => {
    document.title = 'passerelle — de la licence au métier';
  }, []);
  const example = write({ ...read(''), de: ['licence/sciences-de-la-vie-et-de-la-terre'], a: 'job/journaliste-environnemental' });
  return (
    <section className="welcome">
      <p>Choisissez une question, écrivez des noms comme ils viennent (« SVT », « journaliste », sans accents, avec une faute) et prenez une proposition de la liste.</p>
      <p>Chaque réponse dit qui l’affirme, et depuis quand ; ce qu’aucune source ne dit est dit aussi. Un exemple : <a href={`./${example}`}>de la licence SVT au métier de journaliste environnemental</a>.</p>
    </section>
  );
}

type Rest = Omit<AnswerProps<unknown>, 'data' | 'request'>;

function Answer(rest: Rest) {
  const { question, ask } = rest;
  const [loaded, retry] = useAnswer<unknown>(question);
  const region = useRef<HTMLDivElement>(null);
  return (
    <div ref={region} className="result" aria-busy={loaded.state === 'waiting'}>
      <p className="waiting" role="status">{loaded.state === 'waiting' ? 'Recherche en cours…' : ''}</p>
      {loaded.state === 'failed' && <Trouble failure={loaded.failure} question={question} retry={retry} go={ask} />}
      {loaded.state === 'answered' && draw(loaded.data, { ...rest, request: loaded.request })}
    </div>
  );
}

function draw(data: unknown, props: Omit<AnswerProps<unknown>, 'data'>) {
  switch (props.question.q) {
    case 'voies':
      return <Voies {...props} data={data as VoiesData} />;
    case 'apres':
      return <Apres {...props} data={data as ApresData} />;
    case 'manque':
      return <Manque {...props} data={data as ManqueData} />;
    case 'comparer':
      return <Comparer {...props} data={data as ComparerData} />;
    case 'candidater':
      return <Candidater {...props} data={data as CandidaterData} />;
  }
}
