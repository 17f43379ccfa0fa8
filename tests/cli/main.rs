//! The program itself, run as a person runs it: what it says, with which exit code, and what is on disk afterwards.

mod bad_files;
mod bad_input;
mod examples;
mod exchange;
mod folder;
mod held;
mod interrupted;
mod program;
mod settings;
