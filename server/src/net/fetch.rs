//! One request to another server, as identity providers are asked. Its time and the size of the answer are bounded.

use super::client::{ClientError, Reach, send};
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// Time for all of a request and its answer.
const TIME: Duration = Duration::from_secs(5);
/// Largest body of an answer, in bytes. Large sets of keys have some 20 KB.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// The reason for no answer. It names nothing that was sent.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("the answer took too long")]
    TooLong,
    #[error("the server redirects elsewhere")]
    Redirects,
}

/// Can this be asked: is it `https`, or on this machine?
pub fn is_askable(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| Reach::Configured.check(&url).is_ok())
}

/// Sends the request and reads the whole answer.
pub async fn fetch(request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, FetchError> {
    fetch_within(TIME, request).await
}

async fn fetch_within(
    time: Duration,
    request: http::Request<Vec<u8>>,
) -> Result<http::Response<Vec<u8>>, FetchError> {
    let answered = async {
        let answer = send(request, Reach::Configured).await?;
        match answer.status().is_redirection() {
            true => Err(FetchError::Redirects),
            false => Ok(answer.whole(BODY_BYTES_MAX).await?),
        }
    };
    timeout(time, answered).await.unwrap_or(Err(FetchError::TooLong))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    /// A server that answers its one request with this, and keeps the connection.
    async fn answering(answer: Vec<u8>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys?x=1", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 1_024];
            let _ = stream.read(&mut asked).await;
            let _ = stream.write_all(&answer).await;
            let _ = stream.read(&mut asked).await;
        });
        url
    }

    async fn ask(url: &str) -> Result<http::Response<Vec<u8>>, FetchError> {
        fetch_within(Duration::from_millis(500), http::Request::get(url).body(Vec::new()).unwrap()).await
    }

    fn whole(body: &str) -> Vec<u8> {
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }

    #[tokio::test]
    async fn an_answer_is_read_whole_up_to_its_limit() {
        let answer = ask(&answering(whole("{}")).await).await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.body().as_slice()), (200, b"{}".as_slice()));
        let huge = ask(&answering(whole(&"x".repeat(BODY_BYTES_MAX + 1))).await).await;
        assert!(matches!(huge, Err(FetchError::Client(ClientError::Body))), "{huge:?}");
    }

    #[tokio::test]
    async fn whoever_does_not_answer_is_not_waited_for() {
        for answer in [Vec::new(), b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc".to_vec()] {
            let late = ask(&answering(answer).await).await;
            assert!(matches!(late, Err(FetchError::TooLong)), "{late:?}");
        }
    }

    #[tokio::test]
    async fn a_redirect_is_not_followed() {
        let to =
            b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n".to_vec();
        let answer = ask(&answering(to).await).await;
        assert!(matches!(answer, Err(FetchError::Redirects)), "{answer:?}");
    }

    #[tokio::test]
    async fn nothing_leaves_this_machine_in_the_clear() {
        for url in ["http://192.0.2.1/", "http://localhost.example.com/", "ftp://127.0.0.1/"] {
            assert!(!is_askable(url), "{url}");
            let refused = ask(url).await;
            let is_kept = matches!(refused, Err(FetchError::Client(ClientError::Clear | ClientError::Url)));
            assert!(is_kept, "{url}: {refused:?}");
        }
        assert!(!is_askable("file:///etc/passwd"));
        assert!(is_askable("https://id.example.com/realms/x") && is_askable("http://[::1]:8080/"));
    }
}
