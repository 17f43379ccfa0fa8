//! The `passerelle` program.

fn main() {
    println!("{}", passerelle::api::schema().sdl());
}
