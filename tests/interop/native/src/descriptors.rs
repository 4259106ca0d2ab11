use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::fd::OwnedFd;

use filedesc::FileDesc;

/// Pipes that hold a text each, ended.
pub fn pipes(count: usize) -> std::io::Result<Vec<FileDesc>> {
    (0..count).map(pipe).collect()
}

fn pipe(index: usize) -> std::io::Result<FileDesc> {
    let (reader, mut writer) = std::io::pipe()?;
    write!(writer, "descriptor {index}")?;
    Ok(FileDesc::new(OwnedFd::from(reader)))
}

/// What is in each of them.
pub fn read_all(fds: Vec<FileDesc>) -> std::io::Result<Vec<String>> {
    fds.into_iter().map(read).collect()
}

fn read(fd: FileDesc) -> std::io::Result<String> {
    let mut file = File::from(fd.into_fd());
    // The offset of a file is shared with who has sent it; a pipe has none.
    let _ = file.rewind();
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(text)
}
