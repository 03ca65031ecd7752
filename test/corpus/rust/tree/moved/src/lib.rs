//! What the borrow checker refuses, after all types fit.

pub fn moved() -> String {
    let text = String::from("one");
    let other = text;
    format!("{text}{other}")
}

pub fn cloned() -> String {
    let text = String::from("one");
    let other = text.clone();
    format!("{text}{other}")
}

pub fn changed() -> u32 {
    let count = 1;
    count += 1;
    count
}

pub fn shadowed() -> u32 {
    let count = 1;
    let count = count + 1;
    count
}
