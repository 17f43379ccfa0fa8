//! One case a kind of mistake: a file, and the line, column and advice that its reader must see.

use super::super::{Fault, read};

/// A small world without fault; each case adds a file to it.
const WORLD: &str = r#"sources = ["page"]
rule = [
  { name = "typical", weight = 0.7, reads = "typical", default_for = ["master.offers", "university.hosts", "master.leads_to", "parcours.leads_to", "licence.opens"] },
  { name = "some", weight = 0.45, reads = "in some places" },
]
[[source]]
slug = "page"
name = "A page"
publisher = "Someone"
[[master]]
slug = "imst"
name = "Information"
[[university]]
slug = "caen"
name = "Caen"
codes = { UAI = "0141408E" }
[[job]]
slug = "journaliste"
name = "Journaliste"
aliases = ["Reporter"]
[[sector]]
slug = "musees"
name = "Musées"
"#;

/// What a file begins with, its mistake, the line and column to report, and parts of the message.
type Case = (&'static str, &'static str, (u64, u64), &'static [&'static str]);

fn faults(text: &str) -> Vec<Fault<String>> {
    read(&[("world.toml", WORLD), ("case.toml", text)]).err().unwrap_or_default()
}

#[test]
fn the_world_of_the_cases_has_no_fault() {
    assert_eq!(faults(""), []);
    assert_eq!(
        faults(
            "sources = [\"page\"]\n[[parcours]]\nslug = \"a\"\nname = \"A\"\nmaster = \"imst\"\nuniversity = \"caen\"\nleads_to = [\"journaliste\"]\n"
        ),
        []
    );
}

#[test]
fn each_kind_of_mistake_is_reported_with_its_place_and_what_to_do() {
    let job = "sources = [\"page\"]\n[[job]]\nslug = \"a\"\nname = \"A\"\n";
    let parcours = "sources = [\"page\"]\n[[parcours]]\nslug = \"a\"\nname = \"A\"\n";
    let master = "sources = [\"page\"]\n[[master]]\nslug = \"a\"\nname = \"A\"\n";
    let cases: &[Case] = &[
        // The file
        ("", "[[job]\n", (1, 7), &["this is not TOML"]),
        ("", "[[jobb]]\nslug = \"a\"\n", (1, 3), &["unknown section `jobb`", "did you mean `job`"]),
        ("", "sources = [\"page\"]\n[[job]]\nname = \"A\"\n", (2, 1), &["`slug` is missing"]),
        ("", "sources = [\"page\"]\n[[job]]\nslug = \"É a\"\nname = \"A\"\n", (3, 8), &["write `job/e-a`"]),
        ("", "[[job]]\nslug = \"a\"\nname = \"A\"\n", (1, 1), &["`job/a` has no source", "add sources"]),
        ("", "[[source]]\nslug = \"a\"\nname = \"A\"\n", (1, 1), &["has no publisher"]),
        (
            "",
            "sources = [\"page\"]\n[[job]]\nslug = \"journaliste\"\nname = \"B\"\n",
            (2, 1),
            &["there twice", "world.toml:17"],
        ),
        // Fields
        (job, "aliase = [\"b\"]\n", (5, 1), &["unknown field `aliase` in a job", "did you mean `aliases`"]),
        (job, "ects = 120\n", (5, 1), &["`ects` is not said of a job"]),
        (job, "opens = \"imst\"\n", (5, 1), &["goes from licence to master", "in the entry of the licence"]),
        (job, "master = \"imst\"\n", (5, 1), &["a field of parcours"]),
        (job, "aliases = [\"Réporter\"]\n", (5, 12), &["already belongs to `job/journaliste` at world.toml:17"]),
        (job, "aliases = [\"A\"]\n", (5, 12), &["`A` is there twice in one entry"]),
        (job, "description = 3\n", (5, 15), &["should be a text"]),
        (job, "codes = { rome = \"E1106\" }\n", (5, 11), &["in capitals"]),
        (job, "sources = []\n", (5, 11), &["the list of sources is empty"]),
        (job, "sources = [\"pages\"]\n", (5, 12), &["unknown source `pages`", "did you mean `page`"]),
        (
            parcours,
            "master = \"imst\"\nmodalities = [\"distanciel\"]\n",
            (6, 15),
            &["none of initial, alternance", "distance"],
        ),
        (master, "internships = [{ year = \"M3\" }]\n", (5, 25), &["`M3` is none of M1, M2"]),
        (master, "application = { steps = [{ name = \"Entretien\" }] }\n", (5, 26), &["`required` is missing"]),
        (master, "ects = -3\n", (5, 8), &["a whole number up to 360"]),
        (
            "[[source]]\nslug = \"a\"\nname = \"A\"\npublisher = \"B\"\n",
            "date = \"mai 2024\"\n",
            (5, 8),
            &["write 2025, 2025-09"],
        ),
        // Relations
        (parcours, "leads_to = [\"journaliste\"]\n", (2, 1), &["`parcours/a` has no master"]),
        (parcours, "master = \"isst\"\n", (5, 10), &["no master has the slug `isst`", "did you mean `imst`"]),
        (master, "leads_to = [\"musees\"]\n", (5, 13), &["`musees` is a sector", "takes a job or study"]),
        (master, "leads_to = [\"journaliste\", \"journaliste\"]\n", (5, 28), &["there twice, first at case.toml:5"]),
        (
            master,
            "leads_to = [{ to = \"journaliste\", stated = \"sone\" }]\n",
            (5, 44),
            &["unknown rule `sone`", "did you mean `some`"],
        ),
        (
            master,
            "leads_to = [{ to = \"journaliste\", weight = 0.5 }]\n",
            (5, 35),
            &["unknown field `weight`", "stated"],
        ),
        (master, "leads_to = [{ stated = \"some\" }]\n", (5, 13), &["`to` is missing"]),
        (master, "leads_to = [{ to = \"journaliste\", sources = [] }]\n", (5, 45), &["the list of sources is empty"]),
        (master, "leads_to = [{ to = \"journaliste\", sources = [\"page\", \"page\"] }]\n", (5, 54), &["cited twice"]),
        (master, "near = \"a\"\n", (5, 8), &["`master/a` is related to itself"]),
        (master, "near = \"imst\"\n", (5, 8), &["no rule holds for master.near", "default_for"]),
        // Rules
        ("", "[[rule]]\nname = \"much\"\nweight = 1.5\nreads = \"x\"\n", (3, 10), &["1.5 is out of bounds"]),
        ("", "[[rule]]\nname = \"some\"\nweight = 0.5\nreads = \"x\"\n", (1, 1), &["`some` is there twice"]),
        (
            "",
            "[[rule]]\nname = \"b\"\nweight = 0.5\nreads = \"x\"\ndefault_for = [\"job.opens\"]\n",
            (5, 16),
            &["names no relation"],
        ),
        (
            "",
            "[[rule]]\nname = \"b\"\nweight = 0.5\nreads = \"x\"\ndefault_for = [\"licence.opens\"]\n",
            (5, 16),
            &["already has the default rule `typical`"],
        ),
    ];
    for (start, rest, place, advice) in cases {
        let text = format!("{start}{rest}");
        let found = faults(&text);
        assert!(
            found.iter().any(|fault| {
                &*fault.file == "case.toml"
                    && (fault.line, fault.column) == *place
                    && advice.iter().all(|part| fault.to_string().contains(part))
            }),
            "{text}\nwanted {place:?} {advice:?}, found {found:#?}"
        );
        assert_eq!(found.len(), 1, "{text}\nfound {found:#?}");
    }
}

#[test]
fn a_slug_that_two_kinds_bear_is_to_be_written_in_full() {
    let text = "sources = [\"page\"]\n[[study]]\nslug = \"journaliste\"\nname = \"Études\"\n[[master]]\nslug = \"a\"\nname = \"A\"\nleads_to = [\"journaliste\"]\n";
    let found = faults(text);
    assert_eq!((found.len(), found[0].line, found[0].column), (1, 8, 13));
    assert!(found[0].problem.contains("`job/journaliste` and `study/journaliste`"), "{}", found[0]);
    assert_eq!(faults(&text.replace("[\"journaliste\"]", "[\"study/journaliste\"]")), []);
}

#[test]
fn all_mistakes_are_reported_at_once_in_order() {
    let found = faults("[[job]]\nslug = \"a\"\nname = \"A\"\nalias = 1\nworks_in = \"musee\"\n");
    let lines: Vec<u64> = found.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [1, 4, 5], "{found:#?}");
    assert_eq!(found[1].to_string().split(' ').next(), Some("case.toml:4:1:"));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_taken() {
    let found = faults("\u{feff}sources = [\"page\"]\r\n[[job]]\r\nslug = \"a\"\r\nname = \"A\"\r\nalias = 1\r\n");
    assert_eq!((found.len(), found[0].line, found[0].column), (1, 5, 1));
}

#[test]
fn every_attribute_field_can_be_read() {
    for field in super::super::fields::ATTRIBUTES {
        let found = faults(&format!("sources = [\"page\"]\n[[sector]]\nslug = \"a\"\nname = \"A\"\n{field} = \"x\"\n"));
        assert!(!found.iter().any(|fault| fault.problem.contains("cannot be read")), "{field}");
    }
}
