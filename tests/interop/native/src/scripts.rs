//! What the native client asks of the services, and what it prints of it.

use fizyr_rpc::{Error, Message, SentRequestHandle};

use crate::connection::Connection;
use crate::services::*;
use crate::wire::Wire;
use crate::{descriptors, pattern};

pub async fn run<B: Wire>(name: &str, connection: &Connection<B>) -> Result<(), Error> {
    let (name, argument) = name.split_once(':').unwrap_or((name, ""));
    match name {
        "call" => call(connection, argument).await,
        "answers" => answers(connection).await,
        "count" => count(connection).await,
        "talk" => talk(connection).await,
        "parallel" => parallel(connection).await,
        "streams" => streams(connection).await,
        "flood" => flood(connection).await,
        "bodies" => bodies(connection, argument).await,
        "send" => send(connection, argument).await,
        "job" => job(connection, argument).await,
        "idle" => idle(connection).await,
        "both" => both(connection).await,
        "read-fds" => read_fds(connection, argument).await,
        "send-fds" => send_fds(connection, argument).await,
        _ => Err(Error::custom(format!("no script is named {name:?}"))),
    }
}

/// The rest of a script's name, `SERVICE,BODY`, is one request.
async fn call<B: Wire>(connection: &Connection<B>, argument: &str) -> Result<(), Error> {
    let (service, body) = argument.split_once(',').unwrap_or((argument, ""));
    let service = service.parse().map_err(|_| Error::custom("no service".into()))?;
    let mut request = connection.peer.send_request(service, bytes(body)).await?;
    println!("{}", describe(&request.recv_response().await?));
    Ok(())
}

/// Responses with other service ids than that of the request.
async fn answers<B: Wire>(connection: &Connection<B>) -> Result<(), Error> {
    for service in [0, 10, -2, i32::MAX, i32::MIN + 16, -1] {
        println!("{}", ask(connection, ANSWER_AS, &service.to_string()).await?);
    }
    println!("{}", ask(connection, ECHO, "Hello World!").await?);
    println!("{}", ask(connection, ECHO, "").await?);
    Ok(())
}

async fn count<B: Wire>(connection: &Connection<B>) -> Result<(), Error> {
    let mut request = connection.peer.send_request(COUNT, bytes(3)).await?;
    print_updates(&mut request).await;
    println!("{}", describe(&request.recv_response().await?));
    Ok(())
}

/// Sends three updates before it reads any, then one at a time.
async fn talk<B: Wire>(connection: &Connection<B>) -> Result<(), Error> {
    let mut request = connection.peer.send_request(TALK, Vec::new()).await?;
    for text in ["a", "b", "c"] {
        request.send_update(TELL, bytes(text)).await?;
    }
    for text in ["d", "e"] {
        print_update(&mut request).await;
        print_update(&mut request).await;
        request.send_update(TELL, bytes(text)).await?;
    }
    request.send_update(STOP, Vec::new()).await?;
    print_updates(&mut request).await;
    println!("{}", describe(&request.recv_response().await?));
    Ok(())
}

/// 64 at once; the answers are printed in the order in which they come.
async fn parallel<B: Wire>(connection: &Connection<B>) -> Result<(), Error> {
    let (sender, mut answers) = tokio::sync::mpsc::unbounded_channel();
    for i in 0..64 {
        let mut request = connection.peer.send_request(HOLD, bytes(i)).await?;
        let sender = sender.clone();
        tokio::spawn(async move {
            let response = request.recv_response().await;
            // Whoever asked is gone when the connection is.
            let _ = sender.send((request.request_id(), response));
        });
    }
    let mut release = connection.peer.send_request(RELEASE, Vec::new()).await?;
    for _ in 0..64 {
        if let Some((id, response)) = answers.recv().await {
            println!("{id}: {}", describe(&response?));
        }
    }
    println!("{}", describe(&release.recv_response().await?));
    Ok(())
}

async fn streams<B: Wire>(connection: &Connection<B>) -> Result<(), Error> {
    for i in 0..5 {
        connection.peer.send_stream(SAMPLE, bytes(i)).await?;
    }
    println!("{}", ask(connection, TALLY, "").await?);
    println!("{}", ask(connection, STREAM_BACK, "5").await?);
    let mut samples = connection.samples.subscribe();
    if let Ok(samples) = samples.wait_for(|samples| samples.len() >= 5).await {
        samples.iter().for_each(|sample| println!("stream {sample}"));
    }
    Ok(())
}

/// Far more at once than the other side takes: 200 stream messages, and 200
/// requests that are answered, if at all, after the last one is refused.
async fn flood<B: Wire>(connection: &Connection<B>) -> Result<(), Error> {
    for i in 0..200 {
        connection.peer.send_stream(SAMPLE, bytes(format!("{i:04000}"))).await?;
    }
    let mut requests = Vec::new();
    for i in 0..200 {
        requests.push(connection.peer.send_request(HOLD, bytes(i)).await?);
    }
    let mut refused = 0;
    for (i, request) in requests.iter_mut().rev().enumerate() {
        let service = request.recv_response().await?.header.service_id;
        refused += usize::from(service == fizyr_rpc::service_id::ERROR);
        if i == 0 {
            println!("the last one: {service}");
        }
    }
    println!("{refused} refused");
    println!("{}", ask(connection, TALLY, "").await?);
    Ok(())
}

/// Sends patterns of these lengths, and has patterns of these lengths sent.
async fn bodies<B: Wire>(connection: &Connection<B>, lengths: &str) -> Result<(), Error> {
    for len in lengths.split(',').filter_map(|len| len.parse().ok()) {
        let mut request = connection.peer.send_request(MEASURE, pattern::fill(len)).await?;
        println!("sent: {}", request.recv_response().await?.body.text());
        let mut request = connection.peer.send_request(FILL, bytes(len)).await?;
        let response = request.recv_response().await?;
        println!("received: {}", pattern::measure(response.body.data()));
    }
    Ok(())
}

/// Sends patterns of these lengths.
async fn send<B: Wire>(connection: &Connection<B>, lengths: &str) -> Result<(), Error> {
    for len in lengths.split(',').filter_map(|len| len.parse().ok()) {
        let mut request = connection.peer.send_request(MEASURE, pattern::fill(len)).await?;
        println!("{}", describe(&request.recv_response().await?));
    }
    Ok(())
}

/// A job that is never stopped from here; then idle.
async fn job<B: Wire>(connection: &Connection<B>, argument: &str) -> Result<(), Error> {
    let mut request = connection.peer.send_request(JOB, bytes(argument)).await?;
    if argument == "tell" {
        request.send_update(TELL, bytes("still here")).await?;
    }
    print_updates(&mut request).await;
    println!("{}", describe(&request.recv_response().await?));
    idle(connection).await
}

/// Waits for the end of the connection.
async fn idle<B: Wire>(connection: &Connection<B>) -> Result<(), Error> {
    println!("idle");
    let mut ended = connection.ended.subscribe();
    // It can't fail: the sender lives as long as the connection.
    let _ = ended.wait_for(|ended| *ended).await;
    Ok(())
}

/// Asks while it is asked, with the same ids on both sides.
async fn both<B: Wire>(connection: &Connection<B>) -> Result<(), Error> {
    let mut requests = Vec::new();
    for i in 0..8 {
        requests.push(connection.peer.send_request(HOLD, bytes(i)).await?);
    }
    for i in 0..8 {
        requests.push(connection.peer.send_request(CALL_BACK, bytes(i)).await?);
    }
    for request in requests.iter_mut().skip(8) {
        println!("{}: {}", request.request_id(), describe(&request.recv_response().await?));
    }
    println!("{}", ask(connection, RELEASE, "").await?);
    for request in requests.iter_mut().take(8) {
        println!("{}: {}", request.request_id(), describe(&request.recv_response().await?));
    }
    Ok(())
}

/// Has that many descriptors sent, and reads them.
async fn read_fds<B: Wire>(connection: &Connection<B>, count: &str) -> Result<(), Error> {
    let mut request = connection.peer.send_request(SEND_FDS, bytes(count)).await?;
    let (text, fds) = request.recv_response().await?.body.into_parts();
    println!("{} of {}", fds.len(), String::from_utf8_lossy(&text));
    println!("{}", descriptors::read_all(fds)?.join(", "));
    Ok(())
}

/// Sends that many descriptors, and prints what the other side has read.
async fn send_fds<B: Wire>(connection: &Connection<B>, count: &str) -> Result<(), Error> {
    let fds = descriptors::pipes(count.parse().unwrap_or_default())?;
    let body = B::from_parts(Vec::new(), fds);
    let mut request = connection.peer.send_request(READ_FDS, body).await?;
    println!("{}", describe(&request.recv_response().await?));
    println!("{}", ask(connection, ECHO, "still here").await?);
    Ok(())
}

async fn ask<B: Wire>(
    connection: &Connection<B>,
    service: i32,
    text: &str,
) -> Result<String, Error> {
    let mut request = connection.peer.send_request(service, bytes(text)).await?;
    Ok(describe(&request.recv_response().await?))
}

async fn print_update<B: Wire>(request: &mut SentRequestHandle<B>) -> bool {
    let update = request.recv_update().await;
    if let Some(update) = &update {
        println!("update {}: {}", update.header.service_id, update.body.text());
    }
    update.is_some()
}

async fn print_updates<B: Wire>(request: &mut SentRequestHandle<B>) {
    while print_update(request).await {}
}

pub fn describe<B: Wire>(response: &Message<B>) -> String {
    let kind = match response.header.service_id {
        fizyr_rpc::service_id::ERROR => "error".to_string(),
        service => format!("response {service}"),
    };
    format!("{kind}: {}", response.body.text())
}
