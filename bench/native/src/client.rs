//! The measuring client. A line on stdin starts a round, and its result is one line
//! of JSON on stdout, with times in microseconds:
//!
//! - `ping-pong COUNT`: round trips one after the other
//! - `in-flight COUNT WIDTH`: COUNT round trips, WIDTH of them open at any time

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use fizyr_rpc::{Body, PeerHandle, PeerWriteHandle, StreamBody, UnixBody};
use tokio::task::LocalSet;

use crate::{ECHO, Outcome};

const BODY: [u8; 32] = [1; 32];

/// A body whose length can be checked.
pub trait Bytes: Body + for<'a> From<&'a [u8]> {
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
pub async fn run<B: Bytes>(peer: PeerHandle<B>) -> Outcome {
    let (_read, peer) = peer.split();
    println!("connected");
    // Nothing else has to run between rounds, so reading may block.
    for line in std::io::stdin().lines() {
        let line = line?;
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["ping-pong", count] => ping_pong(&peer, count.parse()?).await?,
            ["in-flight", count, width] => {
                in_flight(&peer, count.parse()?, width.parse()?).await?;
            }
            _ => return Err(format!("There is no round {line:?}").into()),
        }
    }
    Ok(())
}

async fn ping_pong<B: Bytes>(peer: &PeerWriteHandle<B>, count: usize) -> Outcome {
    let mut times = Vec::with_capacity(count);
    let begin = Instant::now();
    let mut before = begin;
    for _ in 0..count {
        round_trip(peer).await?;
        let now = Instant::now();
        times.push(now - before);
        before = now;
    }
    let rate = per_second(count, before - begin);
    times.sort_unstable();
    let p50 = micros(times[count / 2]);
    let p99 = micros(times[count * 99 / 100]);
    print(&p50, &p99, rate);
    Ok(())
}

async fn in_flight<B: Bytes>(peer: &PeerWriteHandle<B>, count: usize, width: usize) -> Outcome {
    let left = Rc::new(Cell::new(count));
    let begin = Instant::now();
    LocalSet::new()
        .run_until(async {
            let mut tasks = Vec::with_capacity(width);
            for _ in 0..width {
                tasks.push(tokio::task::spawn_local(work(peer.clone(), left.clone())));
            }
            for task in tasks {
                task.await?.map_err(|error| error.to_string())?;
            }
            Ok::<_, Box<dyn std::error::Error>>(())
        })
        .await?;
    print("null", "null", per_second(count, begin.elapsed()));
    Ok(())
}

async fn work<B: Bytes>(peer: PeerWriteHandle<B>, left: Rc<Cell<usize>>) -> Outcome {
    while left.get() > 0 {
        left.set(left.get() - 1);
        round_trip(&peer).await?;
    }
    Ok(())
}

async fn round_trip<B: Bytes>(peer: &PeerWriteHandle<B>) -> Outcome {
    let mut request = peer.send_request(ECHO, &BODY[..]).await?;
    let response = request.recv_response().await?;
    if response.body.bytes().len() != BODY.len() {
        return Err("The response has another length than the request".into());
    }
    Ok(())
}

fn micros(time: Duration) -> String {
    (1e6 * time.as_secs_f64()).to_string()
}

fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// Prints what `Sample` in `bench/support/stats.ts` holds.
fn print(p50: &str, p99: &str, rate: f64) {
    let bytes = rate * BODY.len() as f64;
    println!(r#"{{"p50":{p50},"p99":{p99},"perSecond":{rate},"bytesPerSecond":{bytes}}}"#);
}
