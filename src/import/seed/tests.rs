//! The curated files say what they must, and each kind of mistake is reported where it is.

use super::*;

#[test]
fn tmp() {
    match embedded() {
        Ok(g) => println!("{} {}", g.nodes.len(), g.edges.len()),
        Err(f) => {
            for f in &f {
                println!("{f}");
            }
            panic!()
        }
    }
}
