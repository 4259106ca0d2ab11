//! Messages that no handle of the crate sends, through the crate's transport.

use std::io::Result;

use fizyr_rpc::MessageHeader;
use fizyr_rpc::transport::{Transport, TransportReadHalf, TransportWriteHalf};

use crate::services::*;
use crate::wire::Wire;

/// Ids that are open already, or not open, or as large as they get; then a
/// request that shows that the connection lives on.
pub async fn send<T>(mut transport: T) -> Result<()>
where
    T: Transport,
    T::Body: Wire,
{
    let (mut read, mut write) = transport.split();
    let messages = [
        (MessageHeader::request(5, JOB), "the first 5"),
        (MessageHeader::request(5, ECHO), "the second 5"),
        (MessageHeader::response(99, ECHO), "to no request"),
        (MessageHeader::error_response(99), "to no request"),
        (MessageHeader::responder_update(99, RUNNING), "of no request"),
        (MessageHeader::requester_update(99, STOP), "of no request"),
        (MessageHeader::stream(7, i32::MIN + 16), "with a request id"),
        (MessageHeader::requester_update(5, STOP), "the first 5"),
        (MessageHeader::request(u32::MAX, ECHO), "the last id"),
    ];
    for (header, text) in messages {
        write.write_msg(&header, &bytes(text).into()).await.map_err(failed)?;
    }
    loop {
        let message = read.read_msg().await.map_err(failed)?;
        let MessageHeader { message_type, request_id, service_id } = message.header;
        println!("{message_type:?} {request_id} {service_id}: {}", message.body.text());
        if request_id == u32::MAX {
            return Ok(());
        }
    }
}

fn failed(error: fizyr_rpc::transport::TransportError) -> std::io::Error {
    std::io::Error::other(error.to_string())
}
