//! The `photo:` protocol: thumbnails, pictures and portraits for the window, by item, never by path. The work is done
//! off the window's thread.

use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, UriSchemeContext, UriSchemeResponder, Wry};

use crate::desk::Desk;

/// `photo://localhost/thumb/320/<item>`, `/original/<item>`, `/portrait/<item>`.
pub(crate) fn serve(
    context: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let app = context.app_handle().clone();
    let path = request.uri().path().to_owned();
    tauri::async_runtime::spawn(async move {
        let answer = app.state::<Desk>().picture(&path).await;
        responder.respond(match answer {
            Some((bytes, media)) => response(StatusCode::OK, &media, bytes),
            None => response(StatusCode::NOT_FOUND, "text/plain", Vec::new()),
        });
    });
}

fn response(status: StatusCode, media: &str, bytes: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(bytes);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let mut set = |name, text: &str| {
        if let Ok(value) = header::HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, media);
    set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if status == StatusCode::OK {
        set(header::CACHE_CONTROL, "private, max-age=31536000, immutable");
    } else {
        set(header::CACHE_CONTROL, "no-store");
    }
    response
}
