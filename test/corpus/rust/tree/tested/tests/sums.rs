use tested::{add, take};

#[test]
fn adds() {
    assert_eq!(add(1, 2), 3);
}

#[test]
fn expects_too_much() {
    assert_eq!(add(1, 2), 4);
}

#[test]
fn overflows() {
    let _ = take(std::hint::black_box(1), 2);
}

#[test]
#[should_panic(expected = "overflow")]
fn is_meant_to_panic() {
    let _ = take(std::hint::black_box(1), 2);
}

#[test]
#[ignore = "FAILED once"]
fn later() {
    assert_eq!(add(1, 2), 4);
}

#[test]
fn talks() {
    println!("test expects_nothing ... FAILED");
    println!("thread 'talks' panicked at tests/sums.rs:5:5:");
}

#[test]
fn gives_an_error() -> Result<(), String> {
    Err("not today".into())
}
