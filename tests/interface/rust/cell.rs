use std::time::Duration;
use serde::{Deserialize, Serialize};
use chrono::{DateTime, Utc};

/// How long.
pub type Wait = Option<Duration>;

/// A pose
/// in space.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pose<T = f64> where T: Copy {
    /// Where it is.
    pub frame_number: u64,
    pub position: [T; 3],
    #[serde(rename = "kebab-name", default)]
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    pub parent: Option<Box<Pose<T>>>,
    #[serde(skip)]
    cache: Vec<u8>,
    #[serde(flatten)]
    pub extra: Extra,
    pub big: i128,
    pub time: DateTime<Utc>,
    #[serde(with = "hex")]
    pub hash: Vec<u8>,
}
#[derive(Serialize, Deserialize)]
pub struct Extra { pub waits: HashMap<String, Wait>, pub result_of_the_last_measurement: Result<Vec<std::time::Duration>, Failure> }
#[derive(Serialize, Deserialize)]
struct Id(u64);
#[derive(Serialize, Deserialize)]
struct Pair(u64, String);
#[derive(Serialize, Deserialize)]
struct Nothing;
#[derive(Serialize, Deserialize)]
enum Failure { NotFound, TooLong(Duration), Both(u32, String), Detail { code: i32, #[serde(default)] text: String } }
#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event { Idle, MovingTo { to_place: Id }, Fell(Extra) }
#[derive(Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adj { Idle, Moving(Id), Pair(u8, u8) }
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Unt { N(u64), S(String), P { a: Pair, n: Nothing } }
struct Manual { x: u8 }
impl Manual { type Foo = u8; fn a() { struct Inner; } }
mod inner { #[derive(serde::Serialize)] pub struct Deep { pub only: super::Unt } }

fizyr_rpc::interface! {
  /// A cell that has a documentation which is long enough to need a line of its own, it's "quoted".
  pub interface Cell {
    service 1 locate: (Id, Wait) -> Pose { request_update 1 e: Event, response_update 2 a: Adj, response_update 3 r: RawBytes, },
    service 2 all: inner::Deep -> HashMap<String, Result<Vec<Pose<f32>>, BTreeMap<String, Failure>>>,
    stream 1 m: Manual,
    stream 2 d: Duration,
    stream 3 o: other::Thing,
  }
}
