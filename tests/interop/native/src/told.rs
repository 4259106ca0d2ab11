//! A client that does what stdin says, a line for each thing:
//!
//! | line                    | what it does                       |
//! | ----------------------- | ---------------------------------- |
//! | `request SERVICE TEXT`  | sends a request; prints `sent ID`  |
//! | `update ID KIND TEXT`   | sends an update of that request    |
//! | `updates ID KIND COUNT` | sends so many, numbered from 1     |
//! | `stream KIND TEXT`      | sends a stream message             |
//!
//! What comes back is printed as it comes: `ID update KIND: TEXT`, and
//! `ID response SERVICE: TEXT` or `ID error: TEXT`, with `\n` for a line feed.
//! It ends with the connection.

use std::collections::HashMap;
use std::sync::Arc;

use fizyr_rpc::{Error, SentRequestHandle, SentRequestWriteHandle};
use tokio::sync::broadcast;

use crate::connection::Connection;
use crate::scripts::describe;
use crate::services::bytes;
use crate::wire::Wire;

pub async fn run<B: Wire>(
    mut stdin: broadcast::Receiver<String>,
    connection: Arc<Connection<B>>,
) -> Result<(), Error> {
    let mut requests = HashMap::new();
    let mut ended = connection.ended.subscribe();
    loop {
        let line = tokio::select! {
            line = stdin.recv() => line.map_err(|error| Error::custom(error.to_string()))?,
            _ = ended.wait_for(|ended| *ended) => return Ok(()),
        };
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words.as_slice() {
            ["request", service, text @ ..] => {
                let body = bytes(text.join(" "));
                let request = connection.peer.send_request(parse(service)?, body).await?;
                println!("sent {}", request.request_id());
                requests.insert(request.request_id(), request.write_handle());
                tokio::spawn(print(request));
            }
            ["update", id, kind, text @ ..] => {
                let request = get(&requests, id)?;
                request.send_update(parse(kind)?, bytes(text.join(" "))).await?;
            }
            ["updates", id, kind, count] => {
                let request = get(&requests, id)?;
                for i in 1..=parse(count)? {
                    request.send_update(parse(kind)?, bytes(i)).await?;
                }
            }
            ["stream", kind, text @ ..] => {
                connection.peer.send_stream(parse(kind)?, bytes(text.join(" "))).await?;
            }
            _ => return Err(Error::custom(format!("not understood: {line}"))),
        }
    }
}

/// Prints what comes for a request.
async fn print<B: Wire>(mut request: SentRequestHandle<B>) {
    let id = request.request_id();
    while let Some(update) = request.recv_update().await {
        println!("{id} update {}: {}", update.header.service_id, update.body.text());
    }
    match request.recv_response().await {
        Ok(response) => println!("{id} {}", describe(&response).replace('\n', "\\n")),
        Err(error) => println!("{id} lost: {error}"),
    }
}

fn get<'a, B>(
    requests: &'a HashMap<u32, SentRequestWriteHandle<B>>,
    id: &str,
) -> Result<&'a SentRequestWriteHandle<B>, Error> {
    let id = id.parse().map_err(|_| Error::custom(format!("no id: {id}")))?;
    requests.get(&id).ok_or_else(|| Error::custom(format!("no request {id}")))
}

fn parse(number: &str) -> Result<i32, Error> {
    number.parse().map_err(|_| Error::custom(format!("no number: {number}")))
}
