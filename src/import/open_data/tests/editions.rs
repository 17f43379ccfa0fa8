//! Which file counts: dates that cannot be, files that tell no edition, parts of older editions, two files of one session.

use super::*;

fn certif_info(date: &str) -> String {
    CERTIF_INFO.replace("03/05/2024", date)
}

#[test]
fn an_impossible_date_is_refused_by_line_and_locks_nothing_out() {
    for bad in ["99/99/9999", "31/12/2205", "13/45/2025", "45/2025", "aa/bb/2099"] {
        let folder = tempfile::tempdir().unwrap();
        let row = "79;CAP de pêche;Certificat;01/05/2024;;;;;Publié\n";
        let text = padded(CERTIF_INFO, row, 40) + &row.replace("01/05/2024", bad);
        write(folder.path(), "c.csv", text);
        let (graph, outcome) = import(folder.path(), &Graph::empty());
        assert!(graph.find("source/certif-info-2024-05-03").is_some(), "{bad}");
        let refused = &outcome.report.sources[0].refused_rows[0];
        assert!((refused.line, &*refused.column) == (45, "Date_MaJ") && refused.reason.contains(bad), "{refused}");
        write(folder.path(), "c.csv", certif_info("01/02/2026"));
        let (later, _) = import(folder.path(), &graph);
        assert!(later.find("source/certif-info-2026-02-01").is_some(), "{bad}");
    }
}
