//! The measuring client. A line on stdin starts a round, and its result is one line
//! of JSON on stdout, with times in microseconds:
//!
//! - `ping-pong COUNT [LENGTH]`: round trips one after the other
//! - `in-flight COUNT WIDTH [LENGTH]`: COUNT round trips, WIDTH of them open at any time
//! - `connections COUNT WIDTH`: the same, each on a connection of its own
//! - `one-way COUNT`: stream messages, each awaited, and how many of them arrived
//! - `updates COUNT`: one request, for which the server sends so many updates
//!
//! Bodies have 32 bytes unless LENGTH says otherwise. A round that fails is answered
//! with `{"error":"..."}`, and the next one has a new connection: the crate breaks a
//! byte stream when a write is cut short, as it goes on at the wrong offset.

use std::time::Duration;

use fizyr_rpc::{Body, PeerHandle, PeerWriteHandle, StreamBody, UnixBody};

use crate::{BODY_LEN, Outcome, rounds};

/// How long a round may take, besides a millisecond for each message: a stream that is
/// broken may leave both sides waiting.
const LIMIT: Duration = Duration::from_secs(10);

/// A body whose bytes can be read.
pub trait Bytes: Body + for<'a> From<&'a [u8]> + 'static {
    fn bytes(&self) -> &[u8];
}

impl Bytes for UnixBody {
    fn bytes(&self) -> &[u8] {
        &self.data
    }
}

impl Bytes for StreamBody {
    fn bytes(&self) -> &[u8] {
        &self.data
    }
}

/// Runs rounds on a connection until stdin ends.
pub async fn run<B: Bytes>(connect: impl AsyncFn() -> Outcome<PeerHandle<B>>) -> Outcome {
    let (mut _read, mut write) = connect().await?.split();
    println!("connected");
    // Nothing else has to run between rounds, so reading may block.
    for line in std::io::stdin().lines() {
        let line = line?;
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default();
        let numbers: Vec<usize> = words.map(str::parse).collect::<Result<_, _>>()?;
        let count = *numbers.first().ok_or("A round has a count")?;
        let limit = LIMIT + Duration::from_millis(count as u64);
        let outcome =
            tokio::time::timeout(limit, run_round(&connect, &write, name, &numbers)).await;
        match outcome.unwrap_or_else(|_| Err(format!("Not done within {limit:?}").into())) {
            Ok(result) => println!("{result}"),
            Err(error) => {
                println!(r#"{{"error":{:?}}}"#, error.to_string());
                (_read, write) = connect().await?.split();
            }
        }
    }
    Ok(())
}

async fn run_round<B: Bytes>(
    connect: &impl AsyncFn() -> Outcome<PeerHandle<B>>,
    peer: &PeerWriteHandle<B>,
    name: &str,
    numbers: &[usize],
) -> Outcome<String> {
    match (name, numbers) {
        ("ping-pong", &[count]) => rounds::ping_pong(peer, count, BODY_LEN).await,
        ("ping-pong", &[count, length]) => rounds::ping_pong(peer, count, length).await,
        ("in-flight", &[count, width]) => rounds::in_flight(peer, count, width, BODY_LEN).await,
        ("in-flight", &[count, width, length]) => {
            rounds::in_flight(peer, count, width, length).await
        }
        ("connections", &[count, width]) => rounds::connections(connect, count, width).await,
        ("one-way", &[count]) => rounds::one_way(peer, count).await,
        ("updates", &[count]) => rounds::updates(peer, count).await,
        _ => Err(format!("There is no round {name:?} with {numbers:?}").into()),
    }
}
