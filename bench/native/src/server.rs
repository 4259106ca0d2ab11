//! The server.

use fizyr_rpc::{
    Error, Listener, ListeningSocket, PeerHandle, ReceivedMessage, ReceivedRequestHandle,
};

use crate::client::Bytes;
use crate::{BODY_LEN, Outcome, service};

/// Ends the process when its stdin ends: its parent has closed it, or is gone.
pub fn end_with_stdin() {
    std::thread::spawn(|| {
        let ended = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(if ended.is_ok() { 0 } else { 1 });
    });
}

/// Serves every connection in a task of its own.
pub async fn run<Socket>(mut listener: Listener<Socket>) -> Outcome
where
    Socket: ListeningSocket<Body: Bytes + Send + Sync>,
{
    listener.run(|peer, _info| serve(peer)).await?;
    Ok(())
}

/// Answers each request before it takes the next one, as the crate's examples do.
async fn serve<B: Bytes>(mut peer: PeerHandle<B>) {
    let mut count: u32 = 0;
    while let Ok(message) = peer.recv_message().await {
        let (request, body) = match message {
            ReceivedMessage::Request(request, body) => (request, body),
            ReceivedMessage::Stream(_) => {
                count += 1;
                continue;
            }
        };
        let sent = match request.service_id() {
            service::ECHO => request.send_response(service::ECHO, body).await,
            service::COUNT => {
                let counted = std::mem::take(&mut count).to_be_bytes();
                request.send_response(service::COUNT, &counted[..]).await
            }
            service::UPDATES => send_updates(request, body).await,
            _ => request.send_error_response("Unknown service").await,
        };
        if sent.is_err() {
            break;
        }
    }
}

/// Sends as many updates as the body says in digits, each awaited, and an empty answer.
async fn send_updates<B: Bytes>(request: ReceivedRequestHandle<B>, body: B) -> Result<(), Error> {
    let digits = std::str::from_utf8(body.bytes()).unwrap_or_default();
    let Ok(count) = digits.parse::<usize>() else {
        return request.send_error_response("The body is no count").await;
    };
    let update = [1; BODY_LEN];
    for _ in 0..count {
        request.send_update(service::UPDATES, &update[..]).await?;
    }
    request.send_response(service::UPDATES, &[][..]).await
}
