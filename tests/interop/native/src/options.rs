use fizyr_rpc::transport::Endian;
use fizyr_rpc::{StreamConfig, UnixConfig};

pub enum Address {
    Tcp(String),
    Unix(String),
    Seqpacket(String),
}

/// What the command line says.
pub struct Options {
    pub role: String,
    pub address: Address,
    endian: Option<Endian>,
    limit: Option<u32>,
}

impl Options {
    pub fn from_args() -> std::io::Result<Self> {
        let mut words = std::env::args().skip(1);
        let mut next = |what: &str| words.next().ok_or_else(|| invalid(what));
        let role = next("a role is missing")?;
        let address = next("an address is missing")?;
        let address = if let Some(path) = address.strip_prefix("unix+seqpacket:") {
            Address::Seqpacket(path.into())
        } else if let Some(path) = address.strip_prefix("unix:") {
            Address::Unix(path.into())
        } else {
            Address::Tcp(address)
        };
        let (mut endian, mut limit) = (None, None);
        while let Ok(option) = next("") {
            let value = next("an option has no value")?;
            match (option.as_str(), value.as_str()) {
                ("--endian", "little") => endian = Some(Endian::LittleEndian),
                ("--endian", "big") => endian = Some(Endian::BigEndian),
                ("--limit", bytes) => {
                    limit = Some(bytes.parse().map_err(|_| invalid("not a limit"))?);
                }
                _ => return Err(invalid("not an option")),
            }
        }
        Ok(Self { role, address, endian, limit })
    }

    pub fn stream(&self) -> StreamConfig {
        let mut config = StreamConfig::default();
        config.endian = self.endian.unwrap_or(config.endian);
        config.max_body_len_read = self.limit.unwrap_or(config.max_body_len_read);
        config.max_body_len_write = self.limit.unwrap_or(config.max_body_len_write);
        config
    }

    pub fn unix(&self) -> UnixConfig {
        let mut config = UnixConfig::default();
        config.endian = self.endian.unwrap_or(config.endian);
        config.max_body_len_read = self.limit.unwrap_or(config.max_body_len_read);
        config.max_body_len_write = self.limit.unwrap_or(config.max_body_len_write);
        config
    }
}

fn invalid(what: &str) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidInput, what)
}
