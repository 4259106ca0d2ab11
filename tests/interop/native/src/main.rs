//! A peer made with the native crate, for the tests of `tests/interop/matrix`.
//!
//!     interop ROLE ADDRESS [--endian little|big] [--limit BYTES]
//!
//! | role                  | what it does                                         |
//! | --------------------- | ---------------------------------------------------- |
//! | `serve`               | listens, and offers the services of `services.rs`    |
//! | `mute-serve`          | the same, but never answers an unknown service       |
//! | `deaf-serve`          | listens, and takes no requests                       |
//! | `ask:SCRIPT`          | connects, and goes through a script of `scripts.rs`  |
//! | `told`                | connects, and does what stdin says: see `told.rs`    |
//! | `mute-told`           | the same, but never answers an unknown service       |
//! | `odd`                 | connects, and sends what no handle of the crate sends |
//! | `camera-serve`        | listens, and offers the interface of `camera.rs`     |
//! | `strict-camera-serve` | the same, and closes at what it doesn't know         |
//! | `camera-ask`          | connects, and goes through that interface            |
//! | `camera-stop`         | connects, and stops a recording of that interface    |
//!
//! `interop values` takes no address: see `values.rs`.
//!
//! Addresses are `HOST:PORT`, `unix:PATH` and `unix+seqpacket:PATH`. Each event
//! is a line on stdout. A line `close` on stdin closes the connections that are
//! open; the end of stdin ends the program.

mod camera;
mod camera_peers;
mod connection;
mod descriptors;
mod odd;
mod options;
mod pattern;
mod roles;
mod scripts;
mod services;
mod told;
mod values;
mod wire;

use options::{Address, Options};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    if std::env::args().nth(1).as_deref() == Some("values") {
        return values::run();
    }
    let result = match Options::from_args() {
        Ok(options) => run(options).await,
        Err(error) => Err(error),
    };
    if let Err(error) = &result {
        println!("failed: {error}");
    }
    // A thread may still be waiting for a line on stdin.
    std::process::exit(if result.is_ok() { 0 } else { 1 });
}

async fn run(options: Options) -> std::io::Result<()> {
    let Options { role, address, .. } = &options;
    let connects = !role.ends_with("serve");
    match address {
        Address::Tcp(address) if connects => {
            roles::connect::<fizyr_rpc::TcpTransport, _>(role, address.as_str(), options.stream())
                .await
        }
        Address::Tcp(address) => {
            let socket = tokio::net::TcpListener::bind(address).await?;
            println!("listening on {}", socket.local_addr()?);
            let listener = fizyr_rpc::TcpListener::new(socket, options.stream());
            roles::listen(role, listener).await
        }
        Address::Unix(path) if connects => {
            roles::connect::<fizyr_rpc::UnixStreamTransport, _>(
                role,
                path.as_str(),
                options.stream(),
            )
            .await
        }
        Address::Unix(path) => {
            let listener =
                fizyr_rpc::UnixStreamListener::bind(path.as_str(), options.stream()).await?;
            println!("listening on unix:{path}");
            roles::listen(role, listener).await
        }
        Address::Seqpacket(path) if connects => {
            roles::connect::<fizyr_rpc::UnixSeqpacketTransport, _>(
                role,
                path.as_str(),
                options.unix(),
            )
            .await
        }
        Address::Seqpacket(path) => {
            let listener =
                fizyr_rpc::UnixSeqpacketListener::bind(path.as_str(), options.unix()).await?;
            println!("listening on unix+seqpacket:{path}");
            roles::listen(role, listener).await
        }
    }
}
