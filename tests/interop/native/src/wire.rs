use filedesc::FileDesc;
use fizyr_rpc::{Body, StreamBody, UnixBody};

/// A body of any transport, so that services and scripts are written once.
pub trait Wire: Body + From<Vec<u8>> {
    fn data(&self) -> &[u8];

    /// The bytes, and the descriptors: none on a byte stream.
    fn into_parts(self) -> (Vec<u8>, Vec<FileDesc>);

    /// A body with descriptors, which a byte stream drops.
    fn from_parts(data: Vec<u8>, fds: Vec<FileDesc>) -> Self;

    fn text(&self) -> String {
        String::from_utf8_lossy(self.data()).into_owned()
    }
}

impl Wire for StreamBody {
    fn data(&self) -> &[u8] {
        &self.data
    }

    fn into_parts(self) -> (Vec<u8>, Vec<FileDesc>) {
        (self.data, Vec::new())
    }

    fn from_parts(data: Vec<u8>, _fds: Vec<FileDesc>) -> Self {
        data.into()
    }
}

impl Wire for UnixBody {
    fn data(&self) -> &[u8] {
        &self.data
    }

    fn into_parts(self) -> (Vec<u8>, Vec<FileDesc>) {
        (self.data, self.fds)
    }

    fn from_parts(data: Vec<u8>, fds: Vec<FileDesc>) -> Self {
        Self { data, fds }
    }
}
