//! Each rule of the contract by itself, on the smallest graph that shows it.
