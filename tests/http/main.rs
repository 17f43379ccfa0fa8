//! The server on real sockets: what it answers, what it refuses, and that it keeps answering.

mod app;
mod basics;
mod conformance;
mod hostile;
mod life;
mod program;
mod records;
mod schema;
mod siege;
mod sockets;
mod wire;
mod writes;
