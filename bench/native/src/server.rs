//! The echo server.

use fizyr_rpc::{Body, Listener, ListeningSocket, PeerHandle, ReceivedMessage};

use crate::{ECHO, Outcome};

/// Ends the process when its stdin ends: its parent has closed it, or is gone.
pub fn end_with_stdin() {
    std::thread::spawn(|| {
        let ended = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(if ended.is_ok() { 0 } else { 1 });
    });
}

/// Serves every connection in a task of its own.
pub async fn run<Socket: ListeningSocket>(mut listener: Listener<Socket>) -> Outcome {
    listener.run(|peer, _info| serve(peer)).await?;
    Ok(())
}

/// Answers each request before it takes the next one, as the crate's examples do.
async fn serve<B: Body>(mut peer: PeerHandle<B>) {
    while let Ok(message) = peer.recv_message().await {
        let ReceivedMessage::Request(request, body) = message else { continue };
        let sent = match request.service_id() {
            ECHO => request.send_response(ECHO, body).await,
            _ => request.send_error_response("Unknown service").await,
        };
        if sent.is_err() {
            break;
        }
    }
}
