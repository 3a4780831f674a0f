//! The `photo:` protocol: thumbnails, pictures and portraits for the window, by item, never by path. The work is done
//! off the window's thread.

use tauri::http::{HeaderValue, Request, Response, StatusCode, header};
use tauri::{Manager, UriSchemeContext, UriSchemeResponder, Wry};

use crate::desk::Desk;

/// `photo://localhost/thumb/320/<item>`, `/original/<item>`, `/portrait/<item>`. An address with `?v=` and the
/// first digits of the bytes' digest leads to these bytes alone, so they are remembered for good.
pub(crate) fn serve(
    context: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let app = context.app_handle().clone();
    let path = request.uri().path().to_owned();
    let tag = tag(request.uri().query());
    let lasting = tag.is_some();
    tauri::async_runtime::spawn(async move {
        // A task of its own, so that a panic on hostile bytes is answered like any other failure.
        let looked =
            tauri::async_runtime::spawn(async move { app.state::<Desk>().picture(&path, tag).await });
        responder.respond(match looked.await {
            Ok(Some((bytes, media))) => picture(bytes, &media, lasting),
            Ok(None) => failure(StatusCode::NOT_FOUND),
            Err(panic) => {
                tracing::error!(%panic, "a picture could not be shown");
                failure(StatusCode::INTERNAL_SERVER_ERROR)
            }
        });
    });
}

fn tag(query: Option<&str>) -> Option<String> {
    let tag = query?.strip_prefix("v=")?;
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    ((6..=64).contains(&tag.len()) && tag.bytes().all(is_digit)).then(|| tag.to_owned())
}

fn picture(bytes: Vec<u8>, media: &str, lasting: bool) -> Response<Vec<u8>> {
    let kept = if lasting {
        "private, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    let mut response = Response::new(bytes);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if let Ok(media) = HeaderValue::from_str(media) {
        headers.insert(header::CONTENT_TYPE, media);
    }
    response
}

fn failure(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_digits_of_a_digest() {
        for (query, found) in [
            (Some("v=00ff1a"), Some("00ff1a")),
            (Some("v=00FF1A"), None),
            (Some("v="), None),
            (Some("v=0"), None),
            (Some("v=00ff1a&x"), None),
            (Some("w=00ff1a"), None),
            (None, None),
        ] {
            assert_eq!(tag(query).as_deref(), found, "{query:?}");
        }
    }

    #[test]
    fn only_addresses_that_change_with_their_bytes_are_remembered() {
        for (lasting, kept) in [
            (true, "private, max-age=31536000, immutable"),
            (false, "no-store"),
        ] {
            let response = picture(vec![1], "image/jpeg", lasting);
            assert_eq!(response.headers()[header::CACHE_CONTROL], kept);
            assert_eq!(response.headers()[header::CONTENT_TYPE], "image/jpeg");
        }
        assert_eq!(
            failure(StatusCode::NOT_FOUND).headers()[header::CACHE_CONTROL],
            "no-store"
        );
    }
}
