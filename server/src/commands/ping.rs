//! `tokenry ping`: asks the server on this machine whether it is ready, for health checks where there is no other program.

use super::output::Output;
use crate::{config::PingArgs, error::StartError};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Longest wait for the answer.
const WAIT: Duration = Duration::from_secs(3);
const REQUEST: &[u8] = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

pub async fn ping(args: PingArgs) -> Result<(), StartError> {
    let output = Output::proved()?;
    let (address, has_tls) = args.resolve()?;
    let address = SocketAddr::new(reached_by(address.ip()), address.port());
    let away =
        |cause: &dyn std::fmt::Display| StartError::Refused(format!("No answer from {address}: {cause}"));
    let answered = timeout(WAIT, answer(address, has_tls)).await.map_err(|_| away(&"it takes too long"))?;
    let answer = answered.map_err(|cause| away(&cause))?;
    match answer.starts_with("HTTP/1.1 200 ") || has_tls {
        true => Ok(output.say("ready".to_owned())?),
        false => {
            Err(StartError::Refused(answer.split("\r\n\r\n").nth(1).unwrap_or_default().trim().to_owned()))
        }
    }
}

/// The answer of the server. Behind TLS, that somebody listens has to be enough: the certificate is for another name.
async fn answer(address: SocketAddr, has_tls: bool) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    if has_tls {
        return Ok(String::new());
    }
    stream.write_all(REQUEST).await?;
    let mut answer = Vec::new();
    stream.take(4_096).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// An address by which this machine reaches a server that listens on all of its addresses.
const fn reached_by(listening: IpAddr) -> IpAddr {
    match listening {
        IpAddr::V4(address) if address.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(address) if address.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        address => address,
    }
}
