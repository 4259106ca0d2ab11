//! An interface of the crate's own `interface!` macro, with JSON bodies.
//!
//! As seen from outside (bodies as serde writes them, `null` for `()`):
//!
//! | what            | kind            | id | body                                                       |
//! | --------------- | --------------- | -- | ---------------------------------------------------------- |
//! | ping            | service         | 0  | `null` -> `null`                                           |
//! | record          | service         | 2  | `{"images":2,"until_cancelled":false}` -> a recording      |
//! | record: cancel  | request update  | 0  | `{"reason":"enough"}`                                      |
//! | record: stop    | request update  | 1  | `null`                                                     |
//! | record: state   | response update | 0  | `"Preparing"` or `{"Recording":{"exposure_ms":20}}`        |
//! | record: image   | response update | 1  | `{"index":0,"width":2,"height":1,"format":"Mono8","data":[0,1]}` |
//! | reset (hidden)  | service         | 7  | `null` -> `null`                                           |
//! | temperature     | stream          | 1  | `{"celsius":21.5}`                                         |
//!
//! A recording is `{"images":2,"cancelled":null}`, or `"cancelled":"enough"`.
//! `record` sends the state `Preparing`, the state `Recording`, and the images.
//! With `until_cancelled` it answers when it is cancelled, else after the last
//! image; stopped, it says "stopped". No images at all are the error "nothing to record". `reset` answers and
//! then sends one `temperature`. An unknown service, or a body that isn't of the
//! type, is an error response with the crate's text.

use std::error::Error as StdError;
use std::marker::PhantomData;

use fizyr_rpc::format::{DecodeBody, EncodeBody, Format};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::wire::Wire;
pub use interface::*;

mod interface {
    use super::{CancelReason, Image, RecordRequest, RecordState, Recording, Temperature};

    fizyr_rpc::interface! {
        /// A camera.
        pub interface Camera {
            /// Answers at once.
            service 0 ping: () -> (),

            /// Record images.
            ///
            /// Each is sent as soon as it is there.
            service 2 record: RecordRequest -> Recording {
                /// Stop recording.
                request_update 0 cancel: CancelReason,

                /// Stop recording, without a reason.
                request_update 1 stop: (),

                /// What the camera does now.
                response_update 0 state: RecordState,

                /// One image.
                response_update 1 image: Image,
            }

            /// Forget everything.
            #[hidden]
            service 7 reset: () -> (),

            /// How warm it is.
            stream 1 temperature: Temperature,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub struct RecordRequest {
    pub images: u32,
    pub until_cancelled: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Recording {
    pub images: u32,
    pub cancelled: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct CancelReason {
    pub reason: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub enum RecordState {
    Preparing,
    Recording { exposure_ms: u32 },
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Image {
    pub index: u32,
    pub width: u32,
    pub height: u32,
    pub format: PixelFormat,
    pub data: Vec<u8>,
}

#[derive(Debug, Serialize, Deserialize)]
pub enum PixelFormat {
    Mono8,
    Rgb8,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Temperature {
    pub celsius: f64,
}

/// JSON bodies, on any transport.
pub struct Json<B>(PhantomData<B>);

impl<B: Wire> Format for Json<B> {
    type Body = B;
}

impl<B: Wire, T: Serialize> EncodeBody<T> for Json<B> {
    fn encode_body(value: &T) -> Result<B, Box<dyn StdError + Send>> {
        match serde_json::to_vec(value) {
            Ok(data) => Ok(data.into()),
            Err(error) => Err(Box::new(error)),
        }
    }
}

impl<B: Wire, T: DeserializeOwned> DecodeBody<T> for Json<B> {
    fn decode_body(body: B) -> Result<T, Box<dyn StdError + Send>> {
        serde_json::from_slice(body.data()).map_err(|error| Box::new(error) as _)
    }
}
