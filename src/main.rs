//! The `passerelle` program.

fn main() {
    println!("{}", passerelle::api::sdl());
}
