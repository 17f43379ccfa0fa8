// Admission figures of past sessions, each said in a sentence that tells what it counts.
import type { Source } from '../api/types';
import { plural, sourceWords } from '../words';
import { Sources } from '../voies/render';
import { unique } from '../dossier/dossier';

export interface Admission {
  session: number;
  phase: string | null;
  capacity: number | null;
  applications: number | null;
  ranked: number | null;
  offered: number | null;
  admitted: number | null;
  lastRank: number | null;
  rate: { value: number; low: number; high: number; counted: 'OFFERED' | 'ADMITTED' } | null;
  row: string | null;
  source: Source;
}

const number = (value: number | null) => (value === null ? 'non publié' : value.toLocaleString('fr-FR'));
const percent = (share: number) => `${Math.round(share * 100)} %`;

export function Figures({ figures, silence }: { figures: Admission[]; silence: string | null }) {
  if (!figures.length) return <p className="quiet">{silence ?? 'Aucune source du graphe n’en publie.'}</p>;
  const [latest] = [...figures].sort((a, b) => b.session - a.session);
  return (
    <>
      <p>{figureWords(latest!)}</p>
      <div className="scroll" role="region" aria-label="Chiffres d’admission par session" tabIndex={0}>
        <table className="figures">
          <thead>
            <tr><th scope="col">Session</th><th scope="col">Places</th><th scope="col">Candidatures</th><th scope="col">Classées</th><th scope="col">Propositions</th><th scope="col">Acceptées</th><th scope="col">Dernier appelé</th></tr>
          </thead>
          <tbody>
            {figures.map((one) => (
              <tr key={`${one.session} ${one.phase} ${one.source.id}`}>
                <th scope="row">{one.session}{one.phase && `, phase ${one.phase}`}</th>
                {[one.capacity, one.applications, one.ranked, one.offered, one.admitted, one.lastRank].map((value, index) => <td key={index}>{number(value)}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="quiet">
        Places : ce que l’université ouvre. Classées : les candidatures qu’elle retient, dans un ordre. Dernier appelé : le rang, dans cet ordre, du dernier à qui une place a été proposée.
        Ces chiffres constatent une session passée ; ils ne disent pas les chances d’une candidature, qui dépendent du dossier.
      </p>
      <Sources sources={unique(figures.map(({ source }) => source))} />
    </>
  );
}

/** « En 2025 : 412 candidatures pour 30 places ; 21 % ont reçu une proposition. » */
export function figureWords({ session, phase, capacity, applications, rate, source }: Admission): string {
  const counted = [applications === null ? null : plural(applications, 'candidature'), capacity === null ? null : plural(capacity, 'place')].filter(Boolean).join(' pour ');
  const share = rate && `${percent(rate.value)} des candidatures ont ${rate.counted === 'OFFERED' ? 'reçu une proposition' : 'abouti à une admission acceptée'} (entre ${percent(rate.low)} et ${percent(rate.high)} compte tenu du petit nombre)`;
  return `Session ${session}${phase ? `, phase ${phase}` : ''} : ${[counted, share].filter(Boolean).join(' ; ') || 'chiffres en partie non publiés'}. ${sourceWords(source)}.`;
}
