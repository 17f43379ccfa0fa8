use super::*;

fn of(text: &str) -> Option<Requirement> {
    requirement(text)
}

#[test]
fn a_state_diploma_is_beyond_any_master_unless_a_master_is_named_or_a_competition_decides() {
    for (beyond, text) in [
        (true, "Cet emploi est accessible avec un Diplôme d'État de docteur en médecine."),
        (true, "Cet emploi est accessible avec un Diplôme d'État d'ergothérapeute. Des stages sont utiles."),
        (true, "Un Diplôme d'État de docteur en pharmacie est obligatoire pour exercer ce métier."),
        (false, "Un Diplôme d'État de docteur en pharmacie est obligatoire pour exercer ; sinon, un Master."),
        (false, "Cet emploi est accessible avec un Bac+5. Cet emploi est accessible par concours."),
        (false, "Cet emploi est accessible avec un Master, obligatoire pour exercer."),
        (false, "Cet emploi est accessible sans diplôme particulier."),
    ] {
        assert_eq!(is_beyond_master(text), beyond, "{text}");
    }
}

#[test]
fn a_competition_for_the_job_is_told_from_one_for_some_posts() {
    assert_eq!(
        of("Ce métier est accessible sur concours de la fonction publique (catégorie A)."),
        Some(Requirement::Competition)
    );
    assert_eq!(
        of("Cet emploi est accessible avec un Bac+5 et nécessite la réussite au concours."),
        Some(Requirement::Competition)
    );
    let two = "L'accès à cet emploi de la fonction publique nécessite un Bac+3. Ses métiers sont généralement accessibles par voie de concours.";
    assert_eq!(of(two), Some(Requirement::Competition));
    assert_eq!(of("Les emplois de la fonction publique sont accessibles par voie de concours."), None);
    assert_eq!(
        of("Cet emploi est accessible dans la fonction publique en accès direct ou par voie de concours."),
        None
    );
    assert_eq!(of("Pour intégrer la fonction publique, il faut présenter un concours."), None);
    assert_eq!(of("Ce métier est accessible sur concours ou par voie contractuelle."), None);
}

#[test]
fn a_compulsory_diploma_is_told_from_a_useful_one_and_from_a_licence_to_drive() {
    assert_eq!(
        of("Cet emploi est accessible avec un certificat d'aptitude, obligatoire pour exercer."),
        Some(Requirement::Diploma)
    );
    assert_eq!(of("Ces certifications sont obligatoires pour enseigner la musique."), Some(Requirement::Diploma));
    assert_eq!(
        of("Cet emploi est accessible avec un diplôme d'une école, nécessaire pour exercer en tant que tel."),
        Some(Requirement::Diploma)
    );
    assert_eq!(
        of("Cet emploi est accessible avec un Diplôme d'État d'architecte (Bac +5)."),
        Some(Requirement::Diploma)
    );
    assert_eq!(of("Une certification peut être un atout, bien que non obligatoire."), None);
    assert_eq!(of("Aucune certification n'est obligatoire pour exercer ce métier."), None);
    assert_eq!(of("Un CACES est obligatoire. Le permis B est exigé."), None);
    assert_eq!(of("Un certificat est obligatoire pour l'élevage d'animaux."), None);
    assert_eq!(of("Le diplôme peut être obligatoire pour certaines fonctions."), None);
    assert_eq!(
        of("Cet emploi est accessible avec un Master, un Doctorat ou un Diplôme d'État de docteur en médecine."),
        None
    );
    assert_eq!(of(""), None);
}

#[test]
fn a_reserved_title_is_one() {
    assert_eq!(of("L'inscription au tableau de l'Ordre est requise."), Some(Requirement::Title));
    assert_eq!(of("La pratique est réglementée et nécessite ce diplôme."), Some(Requirement::Title));
    assert_eq!(of("L'activité de pêche est réglementée."), None);
}

/// The publisher's own sentences: what was read by hand, and how many jobs
/// of each kind there are.
#[test]
#[ignore = "needs the optional test data"]
fn the_sample_read_by_hand_has_these_verdicts_with_data() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/rome_v460");
    let read = |name: &str| -> Vec<csv::StringRecord> {
        let mut reader = csv::Reader::from_path(format!("{folder}/{name}")).unwrap();
        reader.records().collect::<Result<_, _>>().unwrap()
    };
    let (jobs, texts) = (read("unix_referentiel_code_rome_v460_utf8.csv"), read("unix_texte_v460_utf8.csv"));
    let access = |code: &str| {
        let of = |row: &&csv::StringRecord| &row[0] == code && &row[2] == "acces_metier";
        texts.iter().filter(of).map(|row| format!("{}. ", row[4].replace("''", "'"))).collect::<String>()
    };
    let verdict = |row: &csv::StringRecord| match (&row[7], requirement(&access(&row[0]))) {
        ("O", _) | (_, Some(_)) => "yes",
        ("", None) => "unsaid",
        _ => "no",
    };
    let by_code: std::collections::BTreeMap<&str, &csv::StringRecord> = jobs.iter().map(|row| (&row[0], row)).collect();
    let sample = include_str!("sample.txt").lines().filter(|line| !line.starts_with('#'));
    let mut read_by_hand = 0;
    for (code, expected) in sample.filter_map(|line| line.split_once(' ')) {
        assert_eq!(verdict(by_code[code]), expected, "{code}: {}", access(code));
        read_by_hand += 1;
    }
    assert!(read_by_hand >= 60);
    let beyond = jobs.iter().filter(|row| &row[7] != "O" && verdict(row) == "yes").count();
    assert_eq!((jobs.len(), jobs.iter().filter(|row| &row[7] == "O").count()), (1584, 241));
    assert!((45..=65).contains(&beyond), "{beyond} jobs are regulated beyond the flag");
}
