//! Bytes that tell where they belong, for bodies too long to be compared by eye.

pub fn fill(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i ^ (i >> 8) ^ (i >> 16)) as u8).collect()
}

/// `"LENGTH intact"`, or `"LENGTH broken"`.
pub fn measure(data: &[u8]) -> String {
    let state = if data == fill(data.len()) { "intact" } else { "broken" };
    format!("{} {state}", data.len())
}
