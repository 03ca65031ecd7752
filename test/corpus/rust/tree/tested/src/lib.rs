//! Sums.

/// Adds.
///
/// ```
/// assert_eq!(tested::add(1, 2), 3);
/// ```
pub fn add(a: u32, b: u32) -> u32 {
    a + b
}

/// Takes away.
///
/// ```
/// assert_eq!(tested::take(3, 2), 2);
/// ```
pub fn take(a: u32, b: u32) -> u32 {
    a - b
}
