//! Whether the access to a job is regulated: what ROME's flag does not say, read from its sentences on access.
//!
//! The rule, sentence by sentence, on folded text (docs/weights.md has it in French, with its counts):
//!
//! 1. **competition**: the job itself is entered by *concours*. Not where only some posts are, or the competition is one
//!    way of several (« les emplois de la fonction publique », « ou par voie contractuelle », « accès direct »);
//! 2. **title**: a profession said to be regulated, the inscription with an order, an oath;
//! 3. **diploma**: a diploma, title or certificate said to be compulsory for the job (*obligatoire*, *exigé*, *nécessaire
//!    pour exercer*), or a state diploma as the only way named. Licences to drive, safety cards and what is compulsory for
//!    one task only are none.
//!
//! A sentence that hedges (« peut », « souvent », « non obligatoire ») says nothing.

use crate::model::text::fold;

/// What an access text requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requirement {
    /// One enters by a competition.
    Competition,
    /// The profession, or its title, is reserved.
    Title,
    /// A diploma or certificate is compulsory.
    Diploma,
}

/// What the text requires of whoever wants the job, if anything.
pub fn requirement(text: &str) -> Option<Requirement> {
    let sentences: Vec<String> = sentences(text).map(|sentence| format!(" {} ", fold(sentence))).collect();
    let whole = sentences.concat();
    // « Cet emploi … de la fonction publique », and the competition in another sentence.
    let public = sentences.iter().any(|s| s.contains(" cet emploi ") && s.contains(" fonction publique "));
    let competition =
        |s: &String| s.contains(" concours ") && (is_whole_competition(s) || (public && !one_way(&whole)));
    if sentences.iter().any(competition) {
        return Some(Requirement::Competition);
    }
    if sentences.iter().any(|s| is_title(s)) {
        return Some(Requirement::Title);
    }
    sentences.iter().any(|s| is_compulsory(s) || is_state_diploma_alone(s)).then_some(Requirement::Diploma)
}

/// Whether the access to a regulated job asks for a diploma that no master is: a state diploma or doctorate, without a word
/// of a master or of a level that one would reach. Then what a register says of a master names a family in vain.
pub fn is_beyond_master(text: &str) -> bool {
    let whole = format!(" {} ", fold(text));
    let others = [
        " diplome d etat ",
        " doctorat en medecine ",
        " docteur en medecine ",
        " doctorat en pharmacie ",
        " docteur en pharmacie ",
        " doctorat en odontologie ",
        " chirurgie dentaire ",
        " certificat de capacite d ortho",
        " diplome superieur du notariat ",
    ];
    let levels = [" master ", " masters ", " bac 5 a bac 8 ", " bac 3 a bac 5 "];
    any(&whole, &others) && !any(&whole, &levels) && !matches!(requirement(text), None | Some(Requirement::Competition))
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', '!', '?', ';', '\n']).map(str::trim).filter(|sentence| !sentence.is_empty())
}

fn any(sentence: &str, marks: &[&str]) -> bool {
    marks.iter().any(|mark| sentence.contains(mark))
}

/// Marks of « perhaps » and « some ».
const HEDGES: [&str; 16] = [
    " peut ",
    " peuvent ",
    " pouvant ",
    " pourra",
    " pourront ",
    " pourrait ",
    " souvent ",
    " recommand",
    " atout",
    " egalement ",
    " aussi ",
    " parfois ",
    " certains ",
    " certaines ",
    " dans le cas ",
    " par exemple ",
];

/// Marks of a way that is one of several.
fn one_way(sentence: &str) -> bool {
    any(
        sentence,
        &[
            " acces direct ",
            " voie contractuelle ",
            " ou avec ",
            " ou sur concours ",
            " ou par concours ",
            " ou par voie de concours ",
            " sous statut contractuel ",
        ],
    )
}

fn is_whole_competition(sentence: &str) -> bool {
    let some_posts = [
        " emplois de la fonction ",
        " emplois specifiques ",
        " postes ",
        " son acces ",
        " si l on souhaite ",
        " pour integrer la fonction ",
        " pour le compte ",
        " recrute ",
        " opportunites ",
        " structure publique ",
        " pour exercer dans la fonction ",
        " dans la fonction publique necessite ",
        " metiers de la fonction ",
        " generalement ",
        " recrutements ",
        " atout",
        " etablissements publics ",
        " l acces a la fonction publique ",
        " l acces dans les ",
        " structure penitentiaire ",
        " pour travailler ",
    ];
    !any(sentence, &HEDGES) && !any(sentence, &some_posts) && !one_way(sentence)
}

fn is_title(sentence: &str) -> bool {
    let reserved = [
        " profession reglementee",
        " metier reglemente ",
        " emploi reglemente ",
        " emploi est reglemente ",
        " metier est reglemente ",
        " reglementee et necessite ",
        " activite reglementee ",
        " au tableau de l ordre ",
        " inscription a l ordre ",
        " inscrit a l ordre ",
        " conseil de l ordre ",
        " conseil national de l ordre ",
        " prestation de serment ",
        " preter serment ",
    ];
    any(sentence, &reserved) && !any(sentence, &HEDGES)
}

const QUALIFICATIONS: [&str; 12] = [
    " diplome",
    " doctorat",
    " titre ",
    " certificat",
    " certification",
    " brevet ",
    " qualification",
    " capacite ",
    " licence professionnelle ",
    " capes ",
    " agrement ",
    " carte professionnelle ",
];

fn is_compulsory(sentence: &str) -> bool {
    let denied = [
        " pas obligatoire",
        " non obligatoire",
        " aucun",
        " sans ",
        " bien que ",
        " n est obligatoire",
        " n existe pas ",
    ];
    let beside = [
        " caces ",
        " conduite en securite ",
        " prepose au tir ",
        " permis ",
        " fimo ",
        " certiphyto ",
        " transport d animaux ",
        " en nom propre ",
        " en cas ",
        " habilitation electrique",
        " casier ",
        " pour les postes ",
        " musee de france ",
        " jockey ",
    ];
    if !any(sentence, &QUALIFICATIONS) || any(sentence, &HEDGES) || any(sentence, &denied) || any(sentence, &beside) {
        return false;
    }
    // What is compulsory for a task is not so for the job.
    let of_the_job = |rest: &str| {
        let Some(aim) = rest.trim_start_matches(['e', 's']).strip_prefix(" pour ") else { return true };
        let ways = ["exercer ", "acceder ", "enseigner ", "pratiquer ", "devenir ", "l exercice ", "tout ", "etre "];
        ways.iter().any(|way| aim.starts_with(way))
    };
    let needed = [" obligatoire", " exige", " indispensable", " imperati"];
    let named = needed.iter().any(|word| sentence.split(word).skip(1).any(of_the_job));
    named || any(sentence, &[" necessaire pour exercer ", " necessaires pour exercer ", " necessaire pour integrer "])
}

fn is_state_diploma_alone(sentence: &str) -> bool {
    let state =
        any(sentence, &[" diplome d etat ", " diplomes d etat ", " docteur en medecine ", " doctorat en medecine "]);
    let other = [
        " master ",
        " licence ",
        " ingenieur ",
        " bts ",
        " dut ",
        " but ",
        " titre ",
        " brevet ",
        " ecole ",
        " ecoles ",
        " cap ",
        " bp ",
        " bac pro",
        " doctorat en sciences ",
        " doctorat en sante ",
        " doctorat en biologie ",
        " comme le ",
        " envisageable ",
        " non obligatoire",
        " niveau bac a ",
    ];
    let way = any(sentence, &[" accessible avec ", " accessible apres ", " accessible aux titulaires "]);
    state && way && !any(sentence, &other) && !any(sentence, &HEDGES)
}

#[cfg(test)]
mod tests;
