//! The limits on a request, each with the reason for its default. All can be configured.

/// How large a request may be. Printed at start; docs/configuration.md gives the reasons to operators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the document. The parser takes time for each, strings and comments included; large values belong
    /// in variables, which are read thirty times faster.
    pub bytes: u64,
    /// Lexical tokens of the document. GraphiQL's introspection has 184; no question in our guides comes near a tenth of
    /// the limit.
    pub tokens: u64,
    /// Brackets open at once. The parser recurses once per bracket and stops at 64 selection sets itself.
    pub nesting: u64,
    /// Selections once every fragment is written out, over all operations and fragments. Validation is linear
    /// in it.
    pub size: u64,
    /// Fields inside fields. Introspection needs 15; a pathway's evidence with its sources 9.
    pub depth: u64,
    /// Aliases once every fragment is written out. Comparing 100 entities by alias passes.
    pub aliases: u64,
    /// Directives once every fragment is written out.
    pub directives: u64,
    /// Fields of the root once every fragment is written out; searches are root fields.
    pub root_fields: u64,
    /// The price: a thousand units are about a millisecond of a core, or a megabyte. The page's hundred pathways with all that is
    /// said of each, from twenty starts, are 380,000: lists are priced as longer than they are.
    pub price: u64,
    /// Bytes of the answer. More is neither read by a page nor held for many at once.
    pub answer: u64,
    /// Values inside the variables, at any depth. A change set of 1,000 nodes with twenty fields each has 20,000.
    pub variable_values: u64,
    /// Lists and objects inside each other in the variables.
    pub variable_depth: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            bytes: 128 << 10,
            tokens: 5_000,
            nesting: 60,
            size: 5_000,
            depth: 20,
            aliases: 200,
            directives: 100,
            root_fields: 100,
            price: 400_000,
            answer: 8 << 20,
            variable_values: 50_000,
            variable_depth: 16,
        }
    }
}
