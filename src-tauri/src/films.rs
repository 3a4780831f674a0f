//! Films over a loopback port, since WebKitGTK plays none over a custom protocol (tauri#3725). Each address holds a
//! token that is made anew at every start, so that no other page on this computer can ask. Serves originals of the
//! archive only, by item, never by path.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::str::FromStr;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sidekeep_engine::Engine;
use sidekeep_model::{Digest, ItemId};
use tauri::utils::config::{Config, Csp, CspDirectiveSources};
use tokio::sync::watch;
use tower_http::services::ServeFile;

/// The door to films.
pub(crate) struct Films {
    address: SocketAddr,
    token: String,
}

#[derive(Clone)]
struct Shelf {
    token: String,
    engine: watch::Receiver<Engine>,
}

/// Takes a free port. The page's policy will let it play from this port and from no other.
pub(crate) fn door(config: &mut Config) -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    if let Some(Csp::DirectiveMap(policy)) = &mut config.app.security.csp {
        let here = format!("http://{}", listener.local_addr()?);
        policy.insert("media-src".to_owned(), CspDirectiveSources::Inline(here));
    }
    Ok(listener)
}

impl Films {
    /// Opens the door; `engine` names the archive of the moment. Must be called within the runtime.
    pub(crate) fn open(door: TcpListener, engine: watch::Receiver<Engine>) -> std::io::Result<Self> {
        let address = door.local_addr()?;
        let listener = tokio::net::TcpListener::from_std(door)?;
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(std::io::Error::other)?;
        let token = Digest::from_bytes(secret).to_hex();
        let shelf = Shelf {
            token: token.clone(),
            engine,
        };
        let router = Router::new()
            .route("/{token}/{item}", get(film))
            .with_state(shelf);
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "films are no longer served");
            }
        });
        Ok(Self { address, token })
    }

    /// Where a film is to be had until this process ends.
    pub(crate) fn url(&self, item: ItemId) -> String {
        format!("http://{}/{}/{item}", self.address, self.token)
    }
}

async fn film(
    State(shelf): State<Shelf>,
    Path((token, item)): Path<(String, String)>,
    request: Request,
) -> Response {
    // A wrong token and an unknown film look the same from outside.
    let Some(item) = (token == shelf.token)
        .then(|| ItemId::from_str(&item).ok())
        .flatten()
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let engine = shelf.engine.borrow().clone();
    let found = tokio::task::spawn_blocking(move || {
        let archive = engine.archive().ok()?;
        let item = archive.item(item).ok()??;
        Some((archive.original(&item.state).ok()?, item.media))
    })
    .await;
    let Ok(Some((path, media))) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = match ServeFile::new(path).try_call(request).await {
        Ok(response) => response.map(Body::new),
        Err(error) => {
            tracing::warn!(%error, "a film could not be read");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    if let Ok(media) = HeaderValue::from_str(media.as_str()) {
        response.headers_mut().insert(header::CONTENT_TYPE, media);
    }
    response
}
