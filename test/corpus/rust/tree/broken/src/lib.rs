//! Errors of types, and what only looks like them.

pub const WRONG: u32 = "12";

pub const RIGHT: &str = "const WRONG: u32 = 12";

pub struct Item {
    pub name: String,
}

pub fn label(item: &Item) -> &str {
    &item.title
}

pub fn named(item: &Item) -> &str {
    &item.name
}

pub fn twice(n: u32) -> u32 {
    add(n)
}

pub fn add(a: u32, b: u32) -> u32 {
    a + b
}

pub fn unknown() -> u32 {
    not_there()
}

pub fn quoted() -> &'static str {
    "not_there()"
}

pub fn colour(at: u32) -> u32 {
    match at {
        0 => 1,
        1 => 2,
    }
}

pub fn colour_or_none(at: u32) -> u32 {
    match at {
        0 => 1,
        _ => 0,
    }
}
