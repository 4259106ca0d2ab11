use std::sync::{Arc, Mutex};

use fizyr_rpc::{
    Error, PeerHandle, PeerReadHandle, PeerWriteHandle, ReceivedMessage, ReceivedRequestHandle,
};
use tokio::sync::watch;

use crate::services;
use crate::wire::Wire;

/// What becomes of a request for a service that isn't offered.
#[derive(Clone, Copy, PartialEq)]
pub enum Unknown {
    /// It gets an error response.
    Refused,
    /// It never gets an answer.
    Ignored,
}

/// What a connection has between its requests.
pub struct Connection<B: Wire> {
    pub peer: PeerWriteHandle<B>,
    pub unknown: Unknown,
    pub held: Mutex<Vec<(ReceivedRequestHandle<B>, String)>>,
    /// The stream messages so far: kind and text.
    pub samples: watch::Sender<Vec<String>>,
    /// Whether the connection has ended.
    pub ended: watch::Sender<bool>,
}

impl<B: Wire> Connection<B> {
    /// Serves the other side's requests in the background.
    pub fn start(
        peer: PeerHandle<B>,
        unknown: Unknown,
    ) -> (Arc<Self>, tokio::task::JoinHandle<()>) {
        let (read, write) = peer.split();
        let connection = Arc::new(Self {
            peer: write,
            unknown,
            held: Mutex::new(Vec::new()),
            samples: watch::Sender::new(Vec::new()),
            ended: watch::Sender::new(false),
        });
        let serving = tokio::spawn(connection.clone().serve(read));
        (connection, serving)
    }

    /// Takes what comes until the connection ends. The crate doesn't tell which
    /// errors it survives (defect F), so each is printed and the next message is
    /// asked for: after a fatal one that is "connection aborted".
    async fn serve(self: Arc<Self>, mut read: PeerReadHandle<B>) {
        loop {
            match read.recv_message().await {
                Ok(ReceivedMessage::Request(request, body)) => {
                    tokio::spawn(self.clone().answer(request, body));
                }
                Ok(ReceivedMessage::Stream(message)) => {
                    let text = format!("{} {}", message.header.service_id, message.body.text());
                    self.samples.send_modify(|samples| samples.push(text));
                }
                Err(error) if error.is_connection_aborted() => {
                    println!("ended: {error}");
                    break;
                }
                Err(error) => println!("error: {error}"),
            }
        }
        // Unanswered ones go with the connection.
        self.held.lock().unwrap().clear();
        self.ended.send_replace(true);
    }

    async fn answer(self: Arc<Self>, request: ReceivedRequestHandle<B>, body: B) {
        let service = request.service_id();
        let result: Result<(), Error> = services::answer(&self, request, body).await;
        if let Err(error) = result {
            println!("service {service}: {error}");
        }
    }
}
