//! What the client measures, as users of the crate write it. Each gives what `Sample` in
//! `bench/support/stats.ts` holds, as JSON, and the 99.9th percentile besides.

use std::cell::Cell;
use std::error::Error;
use std::rc::Rc;
use std::time::{Duration, Instant};

use fizyr_rpc::{PeerHandle, PeerWriteHandle};
use tokio::task::LocalSet;

use crate::client::Bytes;
use crate::{BODY_LEN, Outcome, service};

/// Round trips one after the other.
pub async fn ping_pong<B: Bytes>(
    peer: &PeerWriteHandle<B>,
    count: usize,
    length: usize,
) -> Outcome<String> {
    let body = vec![1; length];
    let mut times = Vec::with_capacity(count);
    let begin = Instant::now();
    let mut before = begin;
    for _ in 0..count {
        round_trip(peer, &body).await?;
        let now = Instant::now();
        times.push(now - before);
        before = now;
    }
    times.sort_unstable();
    let at = |thousandths: usize| micros(times[count * thousandths / 1000]);
    let quantiles = [at(500), at(990), at(999)];
    Ok(to_json(quantiles, per_second(count, before - begin), length))
}

/// Round trips, `width` of them open at any time.
pub async fn in_flight<B: Bytes>(
    peer: &PeerWriteHandle<B>,
    count: usize,
    width: usize,
    length: usize,
) -> Outcome<String> {
    all_at_once(&vec![peer.clone(); width], count, length).await
}

/// Round trips on `width` connections at the same time, once all of them are open.
pub async fn connections<B: Bytes>(
    connect: &impl AsyncFn() -> Outcome<PeerHandle<B>>,
    count: usize,
    width: usize,
) -> Outcome<String> {
    let (mut reads, mut writes) = (Vec::new(), Vec::new());
    for _ in 0..width {
        let (read, write) = connect().await?.split();
        round_trip(&write, &[1; BODY_LEN]).await?;
        reads.push(read);
        writes.push(write);
    }
    all_at_once(&writes, count, BODY_LEN).await
}

/// Round trips, one at a time with each of the handles.
async fn all_at_once<B: Bytes>(
    peers: &[PeerWriteHandle<B>],
    count: usize,
    length: usize,
) -> Outcome<String> {
    let left = Rc::new(Cell::new(count));
    let body: Rc<[u8]> = vec![1; length].into();
    let begin = Instant::now();
    LocalSet::new()
        .run_until(async {
            let mut tasks = Vec::with_capacity(peers.len());
            for peer in peers {
                let work = work(peer.clone(), left.clone(), body.clone());
                tasks.push(tokio::task::spawn_local(work));
            }
            for task in tasks {
                task.await?.map_err(|error| error.to_string())?;
            }
            Ok::<_, Box<dyn Error>>(())
        })
        .await?;
    Ok(rate_only(count, begin.elapsed(), length))
}

async fn work<B: Bytes>(
    peer: PeerWriteHandle<B>,
    left: Rc<Cell<usize>>,
    body: Rc<[u8]>,
) -> Outcome {
    while left.get() > 0 {
        left.set(left.get() - 1);
        round_trip(&peer, &body).await?;
    }
    Ok(())
}

/// Stream messages, each awaited; the time ends when the server has counted all.
pub async fn one_way<B: Bytes>(peer: &PeerWriteHandle<B>, count: usize) -> Outcome<String> {
    let body = [1; BODY_LEN];
    let begin = Instant::now();
    for _ in 0..count {
        peer.send_stream(service::ONE_WAY, &body[..]).await?;
    }
    let mut request = peer.send_request(service::COUNT, &[][..]).await?;
    let response = request.recv_response().await?;
    let arrived = u32::from_be_bytes(response.body.bytes().try_into()?);
    if arrived as usize != count {
        return Err(format!("Sent {count}, the server saw {arrived}").into());
    }
    Ok(rate_only(count, begin.elapsed(), BODY_LEN))
}

/// One request with updates, all of which are received.
pub async fn updates<B: Bytes>(peer: &PeerWriteHandle<B>, count: usize) -> Outcome<String> {
    let begin = Instant::now();
    let mut request = peer.send_request(service::UPDATES, count.to_string().as_bytes()).await?;
    let mut received = 0;
    while let Some(update) = request.recv_update().await {
        check_length(&update.body, BODY_LEN)?;
        received += 1;
    }
    request.recv_response().await?;
    if received != count {
        return Err(format!("Asked for {count}, {received} came").into());
    }
    Ok(rate_only(count, begin.elapsed(), BODY_LEN))
}

async fn round_trip<B: Bytes>(peer: &PeerWriteHandle<B>, body: &[u8]) -> Outcome {
    let mut request = peer.send_request(service::ECHO, body).await?;
    let response = request.recv_response().await?;
    check_length(&response.body, body.len())
}

fn check_length<B: Bytes>(body: &B, length: usize) -> Outcome {
    match body.bytes().len() {
        received if received == length => Ok(()),
        received => Err(format!("A body of {length} bytes came with {received}").into()),
    }
}

fn micros(time: Duration) -> String {
    (1e6 * time.as_secs_f64()).to_string()
}

fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

fn rate_only(count: usize, time: Duration, length: usize) -> String {
    let none = || "null".to_string();
    to_json([none(), none(), none()], per_second(count, time), length)
}

fn to_json([p50, p99, p999]: [String; 3], rate: f64, length: usize) -> String {
    let bytes = rate * length as f64;
    format!(
        r#"{{"p50":{p50},"p99":{p99},"p999":{p999},"perSecond":{rate},"bytesPerSecond":{bytes}}}"#
    )
}
