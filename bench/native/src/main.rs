//! The native crate, as the server or the client of `bench/native.ts`.
//!
//! - `native-bench serve ADDRESS [MAX_BODY_LEN]` prints its address when it listens. It
//!   echoes, counts and sends updates: see `service`. It ends with its stdin.
//! - `native-bench client ADDRESS [MAX_BODY_LEN]` prints `connected`, and runs a round
//!   for each line on its stdin: see `client.rs`.
//!
//! An address is `tcp://HOST:PORT`, `unix:PATH` or `unix+seqpacket:PATH`. Without
//! MAX_BODY_LEN the limits are the crate's. On seqpacket it clears as many bytes for each
//! message, so that a limit above the need costs time.

mod client;
mod rounds;
mod server;

use std::error::Error;

use fizyr_rpc::{
    Listener, StreamConfig, TcpPeer, UnixConfig, UnixSeqpacketListener, UnixSeqpacketPeer,
    UnixStreamListener, UnixStreamPeer,
};

/// The ids that both sides know: those of `bench/support/shape.ts`.
mod service {
    pub const ECHO: i32 = 1;
    pub const ONE_WAY: i32 = 2;
    pub const COUNT: i32 = 3;
    pub const UPDATES: i32 = 6;
}

/// How long a body is, unless a round says otherwise.
const BODY_LEN: usize = 32;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", address] => serve(address, None).await,
        ["serve", address, limit] => serve(address, Some(limit.parse()?)).await,
        ["client", address] => connect(address, None).await,
        ["client", address, limit] => connect(address, Some(limit.parse()?)).await,
        _ => Err("Usage: native-bench serve|client ADDRESS [MAX_BODY_LEN]".into()),
    }
}

async fn serve(address: &str, limit: Option<u32>) -> Outcome {
    server::end_with_stdin();
    if let Some(path) = address.strip_prefix("unix+seqpacket:") {
        let listener = UnixSeqpacketListener::bind(path, datagrams(limit)).await?;
        println!("{address}");
        server::run(listener).await
    } else if let Some(path) = address.strip_prefix("unix:") {
        let listener = UnixStreamListener::bind(path, stream(limit)).await?;
        println!("{address}");
        server::run(listener).await
    } else if let Some(host) = address.strip_prefix("tcp://") {
        let socket = tokio::net::TcpListener::bind(host).await?;
        println!("tcp://{}", socket.local_addr()?);
        server::run(Listener::new(socket, stream(limit))).await
    } else {
        Err(format!("No transport has the address {address}").into())
    }
}

async fn connect(address: &str, limit: Option<u32>) -> Outcome {
    if let Some(path) = address.strip_prefix("unix+seqpacket:") {
        client::run(async || Ok(UnixSeqpacketPeer::connect(path, datagrams(limit)).await?.0)).await
    } else if let Some(path) = address.strip_prefix("unix:") {
        client::run(async || Ok(UnixStreamPeer::connect(path, stream(limit)).await?.0)).await
    } else if let Some(host) = address.strip_prefix("tcp://") {
        client::run(async || Ok(TcpPeer::connect(host, stream(limit)).await?.0)).await
    } else {
        Err(format!("No transport has the address {address}").into())
    }
}

fn stream(limit: Option<u32>) -> StreamConfig {
    let mut config = StreamConfig::default();
    if let Some(limit) = limit {
        config.max_body_len_read = limit;
        config.max_body_len_write = limit;
    }
    config
}

fn datagrams(limit: Option<u32>) -> UnixConfig {
    let mut config = UnixConfig::default();
    if let Some(limit) = limit {
        config.max_body_len_read = limit;
        config.max_body_len_write = limit;
    }
    config
}
