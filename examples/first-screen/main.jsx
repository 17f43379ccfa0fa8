// A first screen: type a licence and a job, read the pathways between them, each with who says so.
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

// Started with `passerelle serve --allow-origin http://localhost:5173`, the server lets this page ask.
const SERVER = import.meta.env.VITE_PASSERELLE ?? 'http://127.0.0.1:8080';

const SEARCH = `query($text: String!, $kinds: [EntityKind!]) {
  search(text: $text, kinds: $kinds, first: 6) { edges { matched node { id } } }
}`;
const PATHWAYS = `query($from: [Ref!]!, $to: [Ref!]!) {
  pathways(from: $from, to: $to, distinct: MASTER, first: 5) {
    nodes { explanation class steps { to { id name } evidence { sources { id name url } } } }
    diagnosis { message }
  }
}`;

async function ask(query, variables, signal) {
  const response = await fetch(new URL('/graphql', SERVER), {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }), signal,
  });
  const { data, errors } = await response.json();
  // Every error has a code; its message is French and says what to do.
  if (errors) throw new Error(errors[0].message);
  return data;
}

/** The answer to a question that may change before it comes. */
function useAnswer(query, variables, wait) {
  const [state, set] = useState({});
  const key = JSON.stringify(variables);
  useEffect(() => {
    if (!variables) return set({});
    const stop = new AbortController();
    const timer = setTimeout(() => {
      ask(query, variables, stop.signal).then((data) => set({ data }), (error) => stop.signal.aborted || set({ error }));
    }, wait);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [query, key]);
  return state;
}

function Choice({ label, kinds, value, onChange }) {
  const [text, setText] = useState('');
  const { data } = useAnswer(SEARCH, text.length > 1 ? { text, kinds } : null, 150);
  const found = data?.search.edges ?? [];
  // Keep the id, which stays for ever.
  useEffect(() => onChange(found.find(({ matched }) => matched === text)?.node.id ?? ''), [data, text]);
  return (
    <label>
      {label}
      <input list={label} value={text} onChange={(event) => setText(event.target.value)} aria-invalid={!value} />
      <datalist id={label}>{found.map(({ matched, node }) => <option key={node.id} value={matched} />)}</datalist>
    </label>
  );
}

function Screen() {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const { data, error } = useAnswer(PATHWAYS, from && to ? { from, to } : null, 0);
  return (
    <main>
      <h1>De la licence au métier</h1>
      <Choice label="Licence" kinds={['LICENCE']} value={from} onChange={setFrom} />
      <Choice label="Métier" kinds={['JOB']} value={to} onChange={setTo} />
      {error && <p role="alert">{error.message}</p>}
      <ol>
        {data?.pathways.nodes.map(({ steps, explanation }) => (
          <li key={steps.map((step) => step.to.id).join()}>
            <h2>{steps.map((step) => step.to.name).join(' → ')}</h2>
            <p>{explanation}</p>
            <ul>{[...new Map(steps.flatMap((step) => step.evidence.flatMap(({ sources }) => sources)).map((source) => [source.id, source])).values()].map(({ id, name, url }) => <li key={id}>{url ? <a href={url}>{name}</a> : name}</li>)}</ul>
          </li>
        ))}
      </ol>
      {data?.pathways.diagnosis && <p>{data.pathways.diagnosis.message}</p>}
    </main>
  );
}

createRoot(document.getElementById('root')).render(<Screen />);
