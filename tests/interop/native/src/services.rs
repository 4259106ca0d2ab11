//! The services that both sides of the matrix offer; `../services.ts` has them
//! in TypeScript.

use fizyr_rpc::{Error, ReceivedRequestHandle};

use crate::connection::{Connection, Unknown};
use crate::wire::Wire;
use crate::{descriptors, pattern};

/// The body, and its descriptors.
pub const ECHO: i32 = 1;
/// That many `COUNTED` updates.
pub const COUNT: i32 = 2;
/// An error response with that text.
pub const FAIL: i32 = 3;
/// A `RUNNING` update, and the response after a `STOP` update.
pub const JOB: i32 = 4;
/// Answered by `RELEASE` only.
pub const HOLD: i32 = 5;
/// Answers the held ones, the last one first.
pub const RELEASE: i32 = 6;
/// The number of stream messages so far.
pub const TALLY: i32 = 7;
/// Asks the other side to `ECHO` that.
pub const CALL_BACK: i32 = 8;
/// Two `ANSWER` updates for each `TELL` update, until a `STOP` update.
pub const TALK: i32 = 9;
/// A response with that service id.
pub const ANSWER_AS: i32 = 10;
/// That many stream messages.
pub const STREAM_BACK: i32 = 11;
/// Whether the body is the pattern.
pub const MEASURE: i32 = 12;
/// That many bytes of the pattern.
pub const FILL: i32 = 13;
/// What is in the descriptors of the body.
pub const READ_FDS: i32 = 14;
/// That many descriptors.
pub const SEND_FDS: i32 = 15;
/// Drops the request (defect D: the other side isn't told).
pub const DROP: i32 = 16;

pub const COUNTED: i32 = 10;
pub const RUNNING: i32 = 11;
pub const ANSWER: i32 = 12;
pub const STOP: i32 = 20;
pub const TELL: i32 = 21;
pub const SAMPLE: i32 = 30;

pub async fn answer<B: Wire>(
    connection: &Connection<B>,
    mut request: ReceivedRequestHandle<B>,
    body: B,
) -> Result<(), Error> {
    let service = request.service_id();
    let text = body.text();
    let number = text.parse::<usize>();
    let response = match (service, number) {
        (ECHO, _) => body,
        (COUNT, Ok(count)) => {
            for i in 1..=count {
                request.send_update(COUNTED, bytes(i)).await?;
            }
            bytes(format!("counted to {count}")).into()
        }
        (FAIL, _) => return request.send_error_response(&text).await,
        (JOB, _) => match job(&mut request, &text).await? {
            Some(last) => bytes(format!("stopped: {last}")).into(),
            None => return Ok(()),
        },
        (HOLD, _) => {
            connection.held.lock().unwrap().push((request, text));
            return Ok(());
        }
        (RELEASE, _) => {
            // Taken out first: no lock may be held while a response is awaited.
            let held = std::mem::take(&mut *connection.held.lock().unwrap());
            for (request, text) in held.into_iter().rev() {
                request.send_response(HOLD, bytes(format!("{text} was held"))).await?;
            }
            bytes("released").into()
        }
        (TALLY, _) => bytes(connection.samples.borrow().len()).into(),
        (CALL_BACK, _) => {
            let mut asked = connection.peer.send_request(ECHO, body).await?;
            bytes(format!("you said: {}", asked.recv_response().await?.body.text())).into()
        }
        (TALK, _) => match talk(&mut request).await? {
            Some(count) => bytes(count).into(),
            None => return Ok(()),
        },
        (ANSWER_AS, _) => {
            let service = text.parse().unwrap_or_default();
            return request.send_response(service, body).await;
        }
        (STREAM_BACK, Ok(count)) => {
            for i in 0..count {
                connection.peer.send_stream(SAMPLE, bytes(i)).await?;
            }
            bytes(count).into()
        }
        (MEASURE, _) => bytes(pattern::measure(body.data())).into(),
        (FILL, Ok(len)) => pattern::fill(len).into(),
        (READ_FDS, _) => bytes(descriptors::read_all(body.into_parts().1)?.join(", ")).into(),
        (SEND_FDS, Ok(count)) => B::from_parts(bytes(count), descriptors::pipes(count)?),
        (DROP, _) => return Ok(()),
        _ if connection.unknown == Unknown::Ignored => {
            // Dropped (defect D), so that nothing is sent back.
            println!("ignored: {service}");
            return Ok(());
        }
        _ => return request.send_error_response("no such service").await,
    };
    request.send_response(service, response).await
}

/// Runs until it is stopped; `None` if the connection ends first.
async fn job<B: Wire>(
    request: &mut ReceivedRequestHandle<B>,
    text: &str,
) -> Result<Option<String>, Error> {
    println!("job: open");
    // Quiet: the other side wants to close while nothing has come back.
    if text != "quiet" {
        request.send_update(RUNNING, bytes(text)).await?;
    }
    while let Some(update) = request.recv_update().await {
        println!("job: update {}", update.header.service_id);
        if update.header.service_id == STOP {
            return Ok(Some(update.body.text()));
        }
    }
    println!("job: lost");
    Ok(None)
}

/// Two updates for each that comes; the number of those that came.
async fn talk<B: Wire>(request: &mut ReceivedRequestHandle<B>) -> Result<Option<usize>, Error> {
    let mut count = 0;
    while let Some(update) = request.recv_update().await {
        if update.header.service_id == STOP {
            return Ok(Some(count));
        }
        count += 1;
        let text = update.body.text();
        request.send_update(ANSWER, bytes(format!("{text}, first"))).await?;
        request.send_update(ANSWER, bytes(format!("{text}, second"))).await?;
    }
    Ok(None)
}

pub fn bytes(text: impl ToString) -> Vec<u8> {
    text.to_string().into_bytes()
}
