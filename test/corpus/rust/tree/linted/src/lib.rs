//! What the compiler warns of, and what only looks like it.

use std::collections::HashMap;
use std::fmt::Write as _;

pub fn unused(n: u32) -> u32 {
    let forgotten = n + 1;
    n
}

pub fn unused_on_purpose(n: u32) -> u32 {
    let _forgotten = n + 1;
    n
}

pub fn unchanged() -> u32 {
    let mut n = 1;
    n
}

pub fn changed() -> u32 {
    let mut n = 1;
    n += 1;
    n
}

fn dead() -> u32 {
    3
}

#[allow(dead_code)]
fn kept() -> u32 {
    4
}

pub fn ends() -> u32 {
    return 1;
    2
}

pub fn dropped() {
    std::fs::read_to_string("not_there");
}

pub fn ignored() {
    let _ = std::fs::read_to_string("not_there");
}

pub fn written() -> String {
    let mut text = String::new();
    let _ = write!(text, "one");
    text
}

pub fn text() -> &'static str {
    "let forgotten = n + 1; use std::collections::HashMap;"
}

mod layout;
pub use layout::{sum, TEXT};
