use std::io::Result;

use fizyr_rpc::transport::Transport;
use fizyr_rpc::util::Connect;
use fizyr_rpc::{Listener, ListeningSocket, Peer, PeerCloseHandle, PeerHandle};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::broadcast;

use crate::connection::Connection;
use crate::wire::Wire;
use crate::{camera_peers, odd, scripts};

/// Connects, and does what the role says.
pub async fn connect<'a, T, A: 'a>(role: &str, address: A, config: T::Config) -> Result<()>
where
    T: Transport + Connect<'a, A>,
    T::Body: Wire,
{
    let transport = T::connect(address, config).await?;
    let closed = stdin();
    match role.split_once(':') {
        Some(("ask", script)) => {
            let peer = Peer::spawn(transport);
            close_on_demand(peer.close_handle(), closed.subscribe());
            ask(script, peer).await
        }
        None if role == "odd" => odd::send(transport).await,
        None if role == "camera-ask" => camera_peers::ask(Peer::spawn(transport)).await,
        _ => Err(std::io::Error::other("no such role")),
    }
}

async fn ask<B: Wire>(script: &str, peer: PeerHandle<B>) -> Result<()> {
    let (connection, serving) = Connection::start(peer);
    match scripts::run(script, &connection).await {
        Ok(()) => println!("done"),
        Err(error) => println!("script: {error}"),
    }
    connection.peer.close();
    serving.await.map_err(std::io::Error::other)
}

/// Serves whoever connects.
pub async fn listen<S>(role: &str, mut listener: Listener<S>) -> Result<()>
where
    S: ListeningSocket,
    S::Body: Wire,
{
    let closed = stdin();
    loop {
        let (peer, _info) = listener.accept().await?;
        println!("accepted");
        close_on_demand(peer.close_handle(), closed.subscribe());
        match role {
            "camera-serve" => {
                tokio::spawn(camera_peers::serve(peer));
            }
            "deaf-serve" => {
                tokio::spawn(be_deaf(peer));
            }
            "mute-serve" => {
                tokio::spawn(be_mute(peer));
            }
            _ => {
                Connection::start(peer);
            }
        }
    }
}

/// Takes requests and answers none (defect D: the other side isn't told).
async fn be_mute<B: Wire>(peer: PeerHandle<B>) {
    let (mut read, _write) = peer.split();
    while read.recv_message().await.is_ok() {}
}

/// Nobody takes requests: the crate itself answers them.
async fn be_deaf<B: Wire>(peer: PeerHandle<B>) {
    let (read, _write) = peer.split();
    drop(read);
    // What came before this would never be answered (defect D).
    println!("deaf");
    // The connection lives as long as the writing half is there.
    std::future::pending().await
}

fn close_on_demand<B: Wire>(peer: PeerCloseHandle<B>, mut closed: broadcast::Receiver<()>) {
    tokio::spawn(async move {
        if closed.recv().await.is_ok() {
            peer.close();
        }
    });
}

/// Tells of each line `close`; the end of stdin ends the program.
fn stdin() -> broadcast::Sender<()> {
    let (sender, _) = broadcast::channel(1);
    let closed = sender.clone();
    tokio::spawn(async move {
        let mut lines = BufReader::new(tokio::io::stdin()).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if line == "close" {
                // Without a connection nobody listens.
                let _ = closed.send(());
            }
        }
        std::process::exit(0);
    });
    sender
}
