//! An answer that breaks off: the whole length is promised, a part is sent, the connection closes.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::http::{HeaderValue, Response, header};
use http_body_util::BodyExt;
use hyper::body::Frame;

/// Cuts the body of `response` off after `length` bytes.
pub(crate) async fn truncate(
    response: Response<Body>,
    length: usize,
) -> Result<Response<Body>, axum::Error> {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await?;
    let promised = HeaderValue::from(whole.len());
    parts.headers.insert(header::CONTENT_LENGTH, promised);
    let part = Broken::Part(whole.slice(..length.min(whole.len())));
    Ok(Response::from_parts(parts, Body::new(part.boxed_unsync())))
}

/// What is left of a body that breaks off.
enum Broken {
    Part(Bytes),
    /// Nothing, for one turn, in which the part is sent.
    Pause,
    End,
}

impl HttpBody for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match std::mem::replace(&mut *self, Broken::End) {
            Broken::Part(bytes) => {
                *self = Broken::Pause;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Broken::Pause => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Broken::End => Poll::Ready(Some(Err(io::Error::other("cut off by a fault")))),
        }
    }
}
