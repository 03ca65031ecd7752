//! Not formatted as rustfmt does.

pub fn sum(a: u32,b: u32) -> u32 {
    a + b
}

pub const TEXT: &str = "
pub fn sum(a: u32,b: u32) -> u32 {
";
