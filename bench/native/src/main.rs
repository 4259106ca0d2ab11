//! The native crate, as the server or the client of `bench/native.ts`.
//!
//! - `native-bench serve ADDRESS` prints its address when it listens, and echoes
//!   what service 1 is sent. It ends with its stdin.
//! - `native-bench client ADDRESS` prints `connected`, and runs a round for each
//!   line on its stdin: see `client.rs`.
//!
//! An address is `tcp://HOST:PORT`, `unix:PATH` or `unix+seqpacket:PATH`.

mod client;
mod server;

use std::error::Error;

use fizyr_rpc::{
    Listener, TcpPeer, UnixSeqpacketListener, UnixSeqpacketPeer, UnixStreamListener, UnixStreamPeer,
};

/// The service that both sides know.
const ECHO: i32 = 1;

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", address] => serve(address).await,
        ["client", address] => connect(address).await,
        _ => Err("Usage: native-bench serve|client ADDRESS".into()),
    }
}

async fn serve(address: &str) -> Outcome {
    server::end_with_stdin();
    if let Some(path) = address.strip_prefix("unix+seqpacket:") {
        let listener = UnixSeqpacketListener::bind(path, Default::default()).await?;
        println!("{address}");
        server::run(listener).await
    } else if let Some(path) = address.strip_prefix("unix:") {
        let listener = UnixStreamListener::bind(path, Default::default()).await?;
        println!("{address}");
        server::run(listener).await
    } else if let Some(host) = address.strip_prefix("tcp://") {
        let socket = tokio::net::TcpListener::bind(host).await?;
        println!("tcp://{}", socket.local_addr()?);
        server::run(Listener::new(socket, Default::default())).await
    } else {
        Err(format!("No transport has the address {address}").into())
    }
}

async fn connect(address: &str) -> Outcome {
    if let Some(path) = address.strip_prefix("unix+seqpacket:") {
        let (peer, _) = UnixSeqpacketPeer::connect(path, Default::default()).await?;
        client::run(peer).await
    } else if let Some(path) = address.strip_prefix("unix:") {
        let (peer, _) = UnixStreamPeer::connect(path, Default::default()).await?;
        client::run(peer).await
    } else if let Some(host) = address.strip_prefix("tcp://") {
        let (peer, _) = TcpPeer::connect(host, Default::default()).await?;
        client::run(peer).await
    } else {
        Err(format!("No transport has the address {address}").into())
    }
}
