use std::io::Result;
use std::sync::Arc;

use fizyr_rpc::transport::Transport;
use fizyr_rpc::util::Connect;
use fizyr_rpc::{Error, Listener, ListeningSocket, Peer, PeerCloseHandle, PeerHandle};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

use crate::connection::{Connection, Unknown};
use crate::wire::Wire;
use crate::{camera_peers, odd, scripts, told};

/// Connects, and does what the role says.
pub async fn connect<'a, T, A: 'a>(role: &str, address: A, config: T::Config) -> Result<()>
where
    T: Transport + Connect<'a, A>,
    T::Body: Wire,
{
    let transport = T::connect(address, config).await?;
    let stdin = stdin();
    match role.split_once(':') {
        Some(("ask", script)) => {
            let peer = Peer::spawn(transport);
            close_on_demand(peer.close_handle(), stdin.subscribe());
            let (connection, serving) = Connection::start(peer, Unknown::Refused);
            let result = scripts::run(script, &connection).await;
            finish(connection, result, serving).await
        }
        None if role == "told" || role == "mute-told" => {
            let unknown = if role == "told" { Unknown::Refused } else { Unknown::Ignored };
            let (connection, serving) = Connection::start(Peer::spawn(transport), unknown);
            let result = told::run(stdin.subscribe(), connection.clone()).await;
            finish(connection, result, serving).await
        }
        None if role == "odd" => odd::send(transport).await,
        None if role == "camera-ask" => camera_peers::ask(Peer::spawn(transport)).await,
        None if role == "camera-stop" => camera_peers::stop(Peer::spawn(transport)).await,
        _ => Err(std::io::Error::other("no such role")),
    }
}

async fn finish<B: Wire>(
    connection: Arc<Connection<B>>,
    result: std::result::Result<(), Error>,
    serving: JoinHandle<()>,
) -> Result<()> {
    match result {
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
    let stdin = stdin();
    loop {
        let (peer, _info) = listener.accept().await?;
        println!("accepted");
        close_on_demand(peer.close_handle(), stdin.subscribe());
        match role {
            "camera-serve" => {
                tokio::spawn(camera_peers::serve(peer, false));
            }
            "strict-camera-serve" => {
                tokio::spawn(camera_peers::serve(peer, true));
            }
            "deaf-serve" => {
                tokio::spawn(be_deaf(peer));
            }
            "mute-serve" => {
                Connection::start(peer, Unknown::Ignored);
            }
            _ => {
                Connection::start(peer, Unknown::Refused);
            }
        }
    }
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

fn close_on_demand<B: Wire>(peer: PeerCloseHandle<B>, mut stdin: broadcast::Receiver<String>) {
    tokio::spawn(async move {
        while let Ok(line) = stdin.recv().await {
            if line == "close" {
                peer.close();
            }
        }
    });
}

/// Tells of each line; the end of stdin ends the program.
fn stdin() -> broadcast::Sender<String> {
    let (sender, _) = broadcast::channel(64);
    let told = sender.clone();
    tokio::spawn(async move {
        let mut lines = BufReader::new(tokio::io::stdin()).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            // Without a connection nobody listens.
            let _ = told.send(line);
        }
        std::process::exit(0);
    });
    sender
}
