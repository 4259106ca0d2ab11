//! Both ends of the interface of `camera.rs`.

use fizyr_rpc::{PeerHandle, RecvMessageError};

use crate::camera::*;
use crate::wire::Wire;

/// Offers the interface until the connection ends; a strict one leaves at what it
/// doesn't know, as the crate's example servers do at an error.
pub async fn serve<B: Wire>(peer: PeerHandle<B>, strict: bool) {
    let (read, write) = peer.split();
    let mut server = Server::<Json<B>>::from(read);
    let client = Client::<Json<B>>::new(write);
    loop {
        let result = match server.recv_message().await {
            Ok(ReceivedMessage::Stream(message)) => {
                println!("{message:?}");
                Ok(())
            }
            Ok(ReceivedMessage::Request(request)) => {
                let client = client.clone();
                tokio::spawn(async move {
                    if let Err(error) = answer(request, client).await {
                        println!("error: {error}");
                    }
                });
                Ok(())
            }
            Err(error) if error.is_connection_aborted() => {
                return println!("ended: {error}");
            }
            Err(error) if strict => return println!("left: {error}"),
            Err(error) => refuse(error).await,
        };
        if let Err(error) = result {
            println!("error: {error}");
        }
    }
}

/// What the generated server can't take: the application answers it.
async fn refuse<B: Wire>(error: RecvMessageError<B>) -> Result<(), fizyr_rpc::Error> {
    let text = error.to_string();
    println!("refused: {text}");
    match error.request_handle() {
        Some(request) => request.send_error_response(&text).await,
        None => Ok(()),
    }
}

async fn answer<B: Wire>(
    request: ReceivedRequestHandle<Json<B>>,
    client: Client<Json<B>>,
) -> Result<(), fizyr_rpc::Error> {
    match request {
        ReceivedRequestHandle::Ping(request, ()) => request.send_response(&()).await,
        ReceivedRequestHandle::Reset(request, ()) => {
            request.send_response(&()).await?;
            client.send_temperature(&Temperature { celsius: 21.5 }).await
        }
        ReceivedRequestHandle::Record(mut request, RecordRequest { images, until_cancelled }) => {
            if images == 0 {
                return request.send_error_response("nothing to record").await;
            }
            request.send_state_update(&RecordState::Preparing).await?;
            request.send_state_update(&RecordState::Recording { exposure_ms: 20 }).await?;
            for index in 0..images {
                request.send_image_update(&image(index)).await?;
            }
            let mut cancelled = None;
            if until_cancelled {
                match request.recv_update().await {
                    Some(Ok(record::RequestUpdate::Cancel(CancelReason { reason }))) => {
                        cancelled = Some(reason);
                    }
                    Some(Ok(record::RequestUpdate::Stop(()))) => {
                        println!("stopped");
                        cancelled = Some("stopped".into());
                    }
                    Some(Err(error)) => {
                        println!("invalid update: {error}");
                        return request.send_error_response(&error.to_string()).await;
                    }
                    None => return Ok(()),
                }
            }
            request.send_response(&Recording { images, cancelled }).await
        }
    }
}

fn image(index: u32) -> Image {
    let format = if index == 0 { PixelFormat::Mono8 } else { PixelFormat::Rgb8 };
    let len = if index == 0 { 2 } else { 6 };
    Image { index, width: 2, height: 1, format, data: (0..len).collect() }
}

/// Goes through the interface, and prints what comes.
pub async fn ask<B: Wire>(peer: PeerHandle<B>) -> std::io::Result<()> {
    let (read, write) = peer.split();
    let mut server = Server::<Json<B>>::from(read);
    let camera = Client::<Json<B>>::new(write);
    println!("ping: {:?}", camera.ping().await.map_err(text));
    record(&camera, RecordRequest { images: 2, until_cancelled: false }).await;
    record(&camera, RecordRequest { images: 1, until_cancelled: true }).await;
    record(&camera, RecordRequest { images: 0, until_cancelled: false }).await;
    println!("reset: {:?}", camera.reset().await.map_err(text));
    match server.recv_message().await {
        Ok(message) => println!("{message:?}"),
        Err(error) => println!("error: {error}"),
    }
    if let Err(error) = camera.send_temperature(&Temperature { celsius: -3.0 }).await {
        println!("error: {error}");
    }
    println!("ping: {:?}", camera.ping().await.map_err(text));
    println!("done");
    camera.close();
    Ok(())
}

/// Records until it has an image, and stops that.
pub async fn stop<B: Wire>(peer: PeerHandle<B>) -> std::io::Result<()> {
    let (_read, write) = peer.split();
    let camera = Client::<Json<B>>::new(write);
    let what = RecordRequest { images: 1, until_cancelled: true };
    let mut request = camera.record(&what).await.map_err(failed)?;
    while let Some(update) = request.recv_update().await {
        if matches!(&update, Ok(record::ResponseUpdate::Image(_))) {
            println!("stop: {:?}", request.send_stop_update().await);
        }
    }
    println!("record: {:?}", request.recv_response().await.map_err(text));
    println!("ping: {:?}", camera.ping().await.map_err(text));
    println!("done");
    camera.close();
    Ok(())
}

async fn record<B: Wire>(camera: &Client<Json<B>>, what: RecordRequest) {
    let cancels = what.until_cancelled;
    match camera.record(&what).await {
        Ok(mut request) => {
            while let Some(update) = request.recv_update().await {
                println!("record: {:?}", update.as_ref().map_err(|error| error.to_string()));
                if cancels && matches!(&update, Ok(record::ResponseUpdate::Image(_))) {
                    let enough = CancelReason { reason: "enough".into() };
                    println!("cancel: {:?}", request.send_cancel_update(&enough).await);
                }
            }
            println!("record: {:?}", request.recv_response().await.map_err(text));
        }
        Err(error) => println!("record: {error}"),
    }
}

fn failed(error: fizyr_rpc::Error) -> std::io::Error {
    std::io::Error::other(text(error))
}

fn text(error: fizyr_rpc::Error) -> String {
    error.to_string()
}
